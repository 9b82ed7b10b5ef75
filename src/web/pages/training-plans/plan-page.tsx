import { useQuery } from "@tanstack/react-query";
import { Button, Flex, Skeleton } from "antd";
import { Link, useParams } from "react-router";
import { withdrawApplication } from "../../../shared/contracts/applications.ts";
import { completeTrainingPlan, getTrainingPlan } from "../../../shared/contracts/training-plans.ts";
import { callApi } from "../../api.ts";
import { useConfirmedAction } from "../../components/confirmed-action.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { StatusTag } from "../../components/status-tag.tsx";
import { RequireModule } from "../../session.tsx";
import { ApplicationDetails } from "../workflow/application-details.tsx";
import { InstanceProgress } from "../workflow/instance-progress.tsx";
import type { PlanView } from "./plan-model.ts";
import { PlanSessions } from "./plan-sessions.tsx";

/** One plan: where its review stands, what was planned, how many were declared for, and what can be done (PLN-08). */
export function PlanPage() {
  return (
    <RequireModule module="plans:manage">
      <Plan />
    </RequireModule>
  );
}

function Plan() {
  const { id = "" } = useParams();
  const plan = useQuery({
    queryKey: ["getTrainingPlan", id],
    queryFn: () => callApi(getTrainingPlan, { id }),
  });
  if (plan.isError) return <LoadFailed error={plan.error} retry={() => void plan.refetch()} />;
  if (plan.data === undefined) return <Skeleton active />;
  const { name, planStatus, planStatusName, declaredPeople, mostPeople, instanceId, canDeclare } = plan.data;
  return (
    <>
      <PageHead
        title={name}
        hint={
          <>
            <StatusTag status={planStatus} name={planStatusName} /> 已申报 {declaredPeople} 人，最多可申报{" "}
            {mostPeople} 人
          </>
        }
        trail={[{ title: "单位培训计划", to: "/workspace/training-plans" }]}
        actions={<PlanActions plan={plan.data} />}
      />
      <Flex vertical gap={16}>
        <InstanceProgress instanceId={instanceId} />
        <PlanSessions id={id} canDeclare={canDeclare} />
        <ApplicationDetails id={id} />
      </Flex>
    </>
  );
}

function PlanActions({ plan }: { plan: PlanView }) {
  const { id, name, planNumber } = plan;
  const confirm = useConfirmedAction();
  return (
    <>
      {plan.canDeclare && (
        <Link to={`/workspace/training-plans/${id}/declare`}>
          <Button type="primary">申报学时</Button>
        </Link>
      )}
      {plan.canResubmit && (
        <Link to={`/workspace/training-plans/${id}/resubmit`}>
          <Button type="primary">修改重新提交</Button>
        </Link>
      )}
      {plan.canAmend && (
        <Link to={`/workspace/training-plans/${id}/amend`}>
          <Button>变更计划</Button>
        </Link>
      )}
      {plan.canComplete && (
        <Button
          onClick={() =>
            confirm({
              title: `培训计划「${name}」已完成？`,
              content: `编号 ${planNumber}。完成后不能再按此计划申报学时，不能撤销。`,
              okText: "已完成",
              send: () => callApi(completeTrainingPlan, { id }),
            })
          }
        >
          完成计划
        </Button>
      )}
      {plan.canWithdraw && (
        <Button
          danger
          onClick={() =>
            confirm({
              title: `撤回培训计划「${name}」？`,
              content: `编号 ${planNumber}。撤回后审核立即停止，如仍需要须重新提交。`,
              okText: "撤回",
              send: () => callApi(withdrawApplication, { id }),
            })
          }
        >
          撤回
        </Button>
      )}
    </>
  );
}
