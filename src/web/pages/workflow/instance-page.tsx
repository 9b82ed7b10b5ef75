import { useQuery } from "@tanstack/react-query";
import { Card, Descriptions, Flex, Skeleton, Tabs, Typography } from "antd";
import { lazy, Suspense } from "react";
import { Link, useParams } from "react-router";
import { getInstance, type InstanceView } from "../../../shared/contracts/workflow.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { momentText } from "../../components/dates.ts";
import { PageHead } from "../../components/page-head.tsx";
import { InstanceTag } from "../../components/status-tag.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { Watermarked } from "../../components/watermarked.tsx";
import { useHasModule } from "../../session.tsx";
import { OperationsButton } from "../instances/operations-drawer.tsx";
import { UrgeButton } from "../instances/urge-button.tsx";
import { ApplicationDetails } from "./application-details.tsx";
import { approvalLimitText } from "./approval-limit-text.ts";
import { HistoryList } from "./history-list.tsx";
import { InstanceSteps } from "./instance-steps.tsx";

const Diagram = lazy(() =>
  import("./instance-diagram.tsx").then((module) => ({ default: module.InstanceDiagram })),
);

/** One instance: where it stands, its diagram, its history; shows who holds it and for how long (APR-04, APR-05). */
export function InstancePage() {
  const { id = "" } = useParams();
  const instance = useQuery({ queryKey: ["getInstance", id], queryFn: () => callApi(getInstance, { id }) });
  if (instance.isError) return <LoadFailed error={instance.error} retry={() => void instance.refetch()} />;
  if (instance.data === undefined) return <Skeleton active />;
  return (
    <Watermarked>
      <InstanceBody instance={instance.data} />
    </Watermarked>
  );
}

function InstanceBody({ instance }: { instance: InstanceView }) {
  const url = useUrlState();
  const mayOperate = useHasModule("workflow:operate");
  return (
    <>
      <PageHead
        title={`流程实例 ${instance.number}`}
        hint={<InstanceTag {...instance} />}
        trail={[{ title: "待办事项", to: "/workspace/tasks" }]}
        actions={
          <>
            <UrgeButton instance={instance} />
            {mayOperate && <OperationsButton instance={instance} />}
          </>
        }
      />
      <Card size="small" style={{ marginBottom: 16 }}>
        <InstanceSteps instance={instance} />
      </Card>
      <Tabs
        activeKey={url.values["tab"] ?? "details"}
        onChange={(key) => url.set({ tab: key === "details" ? undefined : key })}
        items={[
          { key: "details", label: "详情", children: <Details instance={instance} /> },
          {
            key: "diagram",
            label: "流程图",
            children: (
              <Suspense fallback={<Skeleton active />}>
                <Diagram instance={instance} />
              </Suspense>
            ),
          },
          {
            key: "history",
            label: "流转记录",
            children: (
              <Card size="small">
                <HistoryList history={instance.history} />
              </Card>
            ),
          },
        ]}
      />
    </>
  );
}

/** What it is about, with the document itself where this page is the place to read it. */
function Details({ instance }: { instance: InstanceView }) {
  return (
    <Flex vertical gap={16}>
      <InstanceFacts instance={instance} />
      {instance.businessKind === "application" && <ApplicationDetails id={instance.businessId} />}
    </Flex>
  );
}

function InstanceFacts({ instance }: { instance: InstanceView }) {
  return (
    <Card size="small">
      <Descriptions
        bordered
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          { key: "title", label: "事项", children: <BusinessLink instance={instance} /> },
          { key: "process", label: "流程", children: instance.processName },
          { key: "applicant", label: "申请人", children: instance.applicantName },
          { key: "organization", label: "单位", children: instance.organizationName },
          { key: "started", label: "发起时间", children: momentText(instance.startedAt) },
          { key: "ended", label: "办结时间", children: momentText(instance.endedAt) },
          ...(instance.approvalLimit === null
            ? []
            : [
                {
                  key: "approvals",
                  label: "审批期限",
                  children: approvalLimitText(instance.approvalLimit),
                },
              ]),
          {
            key: "version",
            label: "流程版本",
            children: (
              <>
                第 {instance.definitionVersion} 版{" "}
                <Typography.Text type="secondary" code title={instance.definitionHash}>
                  {instance.definitionHash.slice(0, 12)}
                </Typography.Text>
              </>
            ),
          },
        ]}
      />
    </Card>
  );
}

function BusinessLink({ instance }: { instance: InstanceView }) {
  if (instance.businessKind !== "declaration") return instance.title;
  return <Link to={`/workspace/declarations/${instance.businessId}`}>{instance.title}</Link>;
}
