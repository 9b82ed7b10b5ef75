import { useQuery } from "@tanstack/react-query";
import { Alert, Skeleton } from "antd";
import { useParams } from "react-router";
import { getApplication } from "../../../shared/contracts/applications.ts";
import {
  planSession,
  resubmitPlanDeclaration,
  submitPlanDeclaration,
} from "../../../shared/contracts/plan-declarations.ts";
import { getTrainingPlan } from "../../../shared/contracts/training-plans.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Watermarked } from "../../components/watermarked.tsx";
import { RequireModule } from "../../session.tsx";
import type { PlanView } from "./plan-model.ts";
import { SessionForm } from "./session-form.tsx";
import { loadParticipants, loadPlanInForce, valuesOfSession } from "./session-model.ts";

/** 单位培训计划—学时申报: the hours of one session of an approved plan (PLN-03, PLN-04). */
export function NewSessionPage() {
  return (
    <RequireModule module="plans:manage">
      <NewSession />
    </RequireModule>
  );
}

function NewSession() {
  const { id = "" } = useParams();
  const plan = useQuery({
    queryKey: ["getTrainingPlan", id],
    queryFn: () => callApi(getTrainingPlan, { id }),
  });
  if (plan.isError) return <LoadFailed error={plan.error} retry={() => void plan.refetch()} />;
  if (plan.data === undefined) return <Skeleton active />;
  const { canDeclare, planStatusName } = plan.data;
  return (
    <Watermarked>
      <SessionHead title="按计划申报学时" plan={plan.data} />
      {canDeclare ? (
        <SessionForm
          plan={plan.data}
          initial={{ videoKind: "file" }}
          sendText="提交审核"
          send={(content, idempotencyKey) =>
            callApi(submitPlanDeclaration, { id, ...content }, { idempotencyKey })
          }
        />
      ) : (
        <Alert type="warning" showIcon title={`该计划当前状态为「${planStatusName}」，不能申报学时`} />
      )}
    </Watermarked>
  );
}

/** A returned declaration of a session, corrected and sent again (APR-11). */
export function CorrectedSessionPage() {
  return (
    <RequireModule module="plans:manage">
      <CorrectedSession />
    </RequireModule>
  );
}

function CorrectedSession() {
  const { id = "" } = useParams();
  const returned = useQuery({
    queryKey: ["returnedSession", id],
    queryFn: () => loadReturned(id),
    // What is being corrected does not change under the form.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (returned.isError) return <LoadFailed error={returned.error} retry={() => void returned.refetch()} />;
  if (returned.data === undefined) return <Skeleton active />;
  const { application, plan, initial } = returned.data;
  return (
    <Watermarked>
      <SessionHead title="修改学时申报" plan={plan} />
      {application.canResubmit ? (
        <>
          {application.reason !== null && (
            <Alert
              type="error"
              showIcon
              title={`审核意见：${application.reason}`}
              style={{ marginBottom: 16 }}
            />
          )}
          <SessionForm
            plan={plan}
            initial={initial}
            sendText="重新提交"
            send={(content, idempotencyKey) =>
              callApi(resubmitPlanDeclaration, { id, ...content }, { idempotencyKey })
            }
          />
        </>
      ) : (
        <Alert
          type="warning"
          showIcon
          title={`该申报当前状态为「${application.statusName}」，不能修改重新提交`}
        />
      )}
    </Watermarked>
  );
}

async function loadReturned(id: string) {
  const application = await callApi(getApplication, { id });
  const session = planSession.parse(application.data);
  const [plan, participants] = await Promise.all([loadPlanInForce(session.planId), loadParticipants(id)]);
  return { application, plan, initial: valuesOfSession(session, application.attachments, participants) };
}

function SessionHead({ title, plan }: { title: string; plan: PlanView }) {
  return (
    <PageHead
      title={title}
      hint={`培训计划「${plan.name}」：每场申报一次，经主管部门、同级人社部门审核通过后计入学时`}
      trail={[
        { title: "单位培训计划", to: "/workspace/training-plans" },
        { title: plan.name, to: `/workspace/training-plans/${plan.id}` },
      ]}
    />
  );
}
