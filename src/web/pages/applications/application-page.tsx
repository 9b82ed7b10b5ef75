import { Skeleton } from "antd";
import { useParams } from "react-router";
import { planSession } from "../../../shared/contracts/plan-declarations.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { StatusTag } from "../../components/status-tag.tsx";
import { Watermarked } from "../../components/watermarked.tsx";
import { ApplicationActions } from "./application-actions.tsx";
import { ApplicationBody } from "./application-body.tsx";
import { type Application, useApplication } from "./use-application.ts";

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
        trail={trailOf(application.data)}
        actions={<ApplicationActions application={application.data} />}
      />
      <ApplicationBody application={application.data} />
    </Watermarked>
  );
}

/** The hours of a session belong to their plan. */
function trailOf({ kind, data }: Application) {
  const session = kind === "plan-declaration" ? planSession.safeParse(data).data : undefined;
  if (session === undefined) return [{ title: "申请记录", to: "/workspace/applications" }];
  return [
    { title: "单位培训计划", to: "/workspace/training-plans" },
    { title: session.planName, to: `/workspace/training-plans/${session.planId}` },
  ];
}
