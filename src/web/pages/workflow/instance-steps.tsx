import {
  CheckCircleFilled,
  ClockCircleFilled,
  CloseCircleFilled,
  MinusCircleOutlined,
} from "@ant-design/icons";
import { Steps, Typography } from "antd";
import type { ReactNode } from "react";
import type { InstanceView } from "../../../shared/contracts/workflow.ts";
import { durationText, momentText } from "../../components/dates.ts";

type Step = InstanceView["steps"][number];

const icons: Partial<Record<Step["state"], ReactNode>> = {
  done: <CheckCircleFilled style={{ color: "#19703a" }} aria-hidden />,
  rejected: <CloseCircleFilled style={{ color: "#c8102e" }} aria-hidden />,
  current: <ClockCircleFilled style={{ color: "#0b5cad" }} aria-hidden />,
  skipped: <MinusCircleOutlined aria-hidden />,
};

const stateNames: Record<Step["state"], string> = {
  done: "已完成",
  rejected: "已驳回",
  current: "办理中",
  waiting: "未到达",
  skipped: "已跳过",
};

const stepStatus = {
  done: "finish",
  rejected: "error",
  current: "process",
  waiting: "wait",
  skipped: "wait",
} as const;

/** Where an instance stands: approver, time, dwell and opinion of each step; who holds it now, with a phone (APR-05). */
export function InstanceSteps({ instance }: { instance: InstanceView }) {
  return (
    <Steps
      size="small"
      responsive
      aria-label="审核进度"
      items={instance.steps.map((step) => {
        const icon = icons[step.state];
        return {
          title: step.name,
          status: stepStatus[step.state],
          ...(icon === undefined ? {} : { icon }),
          content: <StepText step={step} />,
        };
      })}
    />
  );
}

function StepText({ step }: { step: Step }) {
  return (
    <div className="instance-step">
      <div>{[stateNames[step.state], step.organizationName].filter((part) => part !== "").join(" · ")}</div>
      {step.state === "current" && <div>联系电话：{step.phone ?? "未登记"}</div>}
      {step.actorName !== null && <div>{step.actorName}</div>}
      {step.at !== null && <div>{momentText(step.at)}</div>}
      {step.dwellSeconds !== null && <div>停留 {durationText(step.dwellSeconds)}</div>}
      {step.comment !== null && step.comment !== "" && <div>意见：{step.comment}</div>}
      {step.notice !== null && <Typography.Text type="warning">{step.notice}</Typography.Text>}
    </div>
  );
}
