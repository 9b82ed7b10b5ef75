import { Card, Steps } from "antd";
import { useState } from "react";
import { PageHead } from "../../components/page-head.tsx";
import { Watermarked } from "../../components/watermarked.tsx";
import { NoPermission, RequireModule, useSignedIn } from "../../session.tsx";
import "../declarations/declarations.css";
import { ReleaseForm } from "./release-form.tsx";
import { retryOf, type ReleaseOutcome, type ReleaseValues } from "./release-model.ts";
import { ReleaseResult } from "./release-result.tsx";

/** 【审核账户】-【人员调转】-【人员调出】: the original unit asks for the transfer of its people (TRF-03, TRF-04). */
export function ReleasePage() {
  // A bureau has the module to decide for units that cannot; people of its own it has none.
  if (useSignedIn().role === "bureau") return <NoPermission missing="人员调出" />;
  return (
    <RequireModule module="transfers:manage">
      <Watermarked>
        <PageHead
          title="人员调出"
          hint="本单位人员变更工作单位时办理：选择人员和新单位，新单位确认后完成；学时、学习记录和证书随本人转移"
          trail={[{ title: "调转记录", to: "/workspace/applications?kind=transfer" }]}
        />
        <Release />
      </Watermarked>
    </RequireModule>
  );
}

const empty: ReleaseValues = { to: { kind: "unit" } };

function Release() {
  const [outcome, setOutcome] = useState<ReleaseOutcome | null>(null);
  const [initial, setInitial] = useState(empty);
  const begin = (values: ReleaseValues) => {
    setInitial(values);
    setOutcome(null);
  };
  if (outcome !== null)
    return (
      <ReleaseResult
        outcome={outcome}
        onRetry={() => begin(retryOf(outcome))}
        onAnother={() => begin(empty)}
      />
    );
  return (
    <div className="plan-columns">
      <ReleaseForm initial={initial} onSent={setOutcome} />
      <Card title="办理步骤" size="small">
        <Steps orientation="vertical" size="small" current={-1} items={steps} />
      </Card>
    </div>
  );
}

const steps = [
  { title: "本单位提交转出申请", content: "每人一项申请；有未办结事项的人员须先办结" },
  { title: "新单位（人才中心）确认调转", content: "调出省外的，由本单位同级人社部门确认" },
  { title: "完成", content: "人员转入新单位；确认之前本单位可以撤回" },
];
