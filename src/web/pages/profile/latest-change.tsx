import { Alert, Skeleton } from "antd";
import { Link } from "react-router";
import { LoadFailed } from "../../components/data-table.tsx";
import type { ApplicationRow } from "../applications/application-columns.tsx";
import { ApplicationSummary } from "../applications/application-summary.tsx";
import { useApplication } from "../applications/use-application.ts";

/** The change that is under way, or that the last one was refused and why; nothing after one that went well. */
export function LatestChange({ change }: { change: ApplicationRow }) {
  if (change.status === "pending") return <PendingChange id={change.id} />;
  if (change.status !== "rejected") return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={`「${change.title}」已被驳回：${change.reason ?? ""}`}
      description="可修改后重新申请"
      action={<Link to={pageOf(change.id)}>查看详情</Link>}
    />
  );
}

function PendingChange({ id }: { id: string }) {
  const change = useApplication(id);
  if (change.isError) return <LoadFailed error={change.error} retry={() => void change.refetch()} />;
  if (change.data === undefined) return <Skeleton active />;
  return (
    <ApplicationSummary title="待审核的修改" application={change.data}>
      <Link to={pageOf(id)}>变更明细和办理进度</Link>
    </ApplicationSummary>
  );
}

function pageOf(id: string): string {
  return `/workspace/applications/${id}`;
}
