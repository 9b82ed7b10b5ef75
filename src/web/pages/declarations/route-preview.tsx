import { useQuery } from "@tanstack/react-query";
import { Alert, Card, Skeleton, Steps, Typography } from "antd";
import { previewRoute } from "../../../shared/contracts/declarations.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi, errorText } from "../../api.ts";
import { StatusTag } from "../../components/status-tag.tsx";

type RouteStep = ResponseOf<typeof previewRoute>["steps"][number];

/** 「将依次由…审核」: the whole way of the declaration before it is submitted, with each notice of a skipped step. */
export function RoutePreview({ personIds, ready }: { personIds: string[]; ready: boolean }) {
  const route = useQuery({
    queryKey: ["previewRoute", personIds],
    queryFn: () => callApi(previewRoute, { personIds }),
    enabled: ready,
    retry: false,
  });
  return (
    <Card title="审核路线" size="small">
      {!ready && <Typography.Text type="secondary">选择参加人员后显示将由哪些部门审核</Typography.Text>}
      {ready && route.isPending && <Skeleton active paragraph={{ rows: 2 }} title={false} />}
      {route.error !== null && <Alert type="warning" showIcon title={errorText(route.error)} />}
      {route.data !== undefined && (
        <>
          <Typography.Paragraph>{route.data.text}</Typography.Paragraph>
          <RouteSteps steps={route.data.steps} />
        </>
      )}
    </Card>
  );
}

/** The approving organizations in order, top to bottom. */
export function RouteSteps({ steps }: { steps: readonly RouteStep[] }) {
  return (
    <Steps
      orientation="vertical"
      size="small"
      current={-1}
      items={steps.map((step) => ({
        title: step.organizationName,
        content: (
          <>
            {step.stepName}
            {step.notice !== null && <StatusTag status="updated" name={step.notice} />}
          </>
        ),
      }))}
    />
  );
}
