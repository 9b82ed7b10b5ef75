import { Skeleton } from "antd";
import { useParams } from "react-router";
import { LoadFailed } from "../../components/data-table.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { StatusTag } from "../../components/status-tag.tsx";
import { Watermarked } from "../../components/watermarked.tsx";
import { ApplicationActions } from "./application-actions.tsx";
import { ApplicationBody } from "./application-body.tsx";
import { useApplication } from "./use-application.ts";

/** One application: where it stands, what was applied for, and what can still be done about it. */
export function ApplicationPage() {
  const { id = "" } = useParams();
  const application = useApplication(id);
  if (application.isError)
    return <LoadFailed error={application.error} retry={() => void application.refetch()} />;
  if (application.data === undefined) return <Skeleton active />;
  const { kindName, number, status, statusName } = application.data;
  return (
    <Watermarked>
      <PageHead
        title={`${kindName} ${number}`}
        hint={<StatusTag status={status} name={statusName} />}
        trail={[{ title: "申请记录", to: "/workspace/applications" }]}
        actions={<ApplicationActions application={application.data} />}
      />
      <ApplicationBody application={application.data} />
    </Watermarked>
  );
}
