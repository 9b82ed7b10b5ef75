import { useQuery } from "@tanstack/react-query";
import { Card, Skeleton } from "antd";
import { Link } from "react-router";
import { getInstance } from "../../../shared/contracts/workflow.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { InstanceSteps } from "./instance-steps.tsx";

/** 审核进度 of what a page shows: each step, who holds it, and the way to its diagram and history (APR-05). */
export function InstanceProgress({ instanceId }: { instanceId: string }) {
  const instance = useQuery({
    queryKey: ["getInstance", instanceId],
    queryFn: () => callApi(getInstance, { id: instanceId }),
  });
  return (
    <Card
      title="审核进度"
      size="small"
      extra={<Link to={`/workspace/instances/${instanceId}`}>流程图与流转记录</Link>}
    >
      {instance.isError && <LoadFailed error={instance.error} retry={() => void instance.refetch()} />}
      {instance.isPending && <Skeleton active />}
      {instance.data !== undefined && <InstanceSteps instance={instance.data} />}
    </Card>
  );
}
