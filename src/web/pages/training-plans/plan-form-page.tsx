import { useQuery } from "@tanstack/react-query";
import { Alert, Skeleton } from "antd";
import { useParams } from "react-router";
import {
  amendTrainingPlan,
  getTrainingPlan,
  resubmitTrainingPlan,
  submitTrainingPlan,
} from "../../../shared/contracts/training-plans.ts";
import { callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { DraftHome } from "../../components/drafts/draft-home.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { usePlatform } from "../../components/platform.ts";
import { RequireModule } from "../../session.tsx";
import { NotFoundPage } from "../portal/not-found-page.tsx";
import { PlanForm } from "./plan-form.tsx";
import { planDrafts, valuesOfPlan, type PlanView } from "./plan-model.ts";

const trail = [{ title: "单位培训计划", to: "/workspace/training-plans" }];

/** 新增培训计划, with its draft (PLN-01, PLN-08). */
export function NewPlanPage() {
  const year = usePlatform()?.year;
  return (
    <RequireModule module="plans:manage">
      <PageHead
        title="新增培训计划"
        trail={trail}
        hint="提交后由主管部门、同级人社部门依次审核；通过后方可按计划申报学时"
      />
      {year === undefined ? (
        <Skeleton active />
      ) : (
        <DraftHome source={planDrafts}>
          {(draft) => (
            <PlanForm
              year={year}
              initial={draft.initial ?? { year, subject: "professional" }}
              draft={draft}
              sendText="提交审核"
              send={(content, idempotencyKey) =>
                callApi(submitTrainingPlan, { ...content, draftId: draft.id }, { idempotencyKey })
              }
            />
          )}
        </DraftHome>
      )}
    </RequireModule>
  );
}

const changes = {
  resubmit: {
    title: "修改后重新提交",
    contract: resubmitTrainingPlan,
    may: (plan: PlanView) => plan.canResubmit,
  },
  amend: { title: "变更培训计划", contract: amendTrainingPlan, may: (plan: PlanView) => plan.canAmend },
} as const;

/** A rejected plan corrected, or an approved one amended, which is reviewed anew (PLN-07, PLN-08). */
export function ChangedPlanPage() {
  const { id = "", change = "" } = useParams();
  if (change !== "resubmit" && change !== "amend") return <NotFoundPage />;
  return (
    <RequireModule module="plans:manage">
      <PageHead title={changes[change].title} trail={trail} />
      <Changed key={id} id={id} change={change} />
    </RequireModule>
  );
}

function Changed({ id, change }: { id: string; change: keyof typeof changes }) {
  const plan = useQuery({
    queryKey: ["getTrainingPlan", id],
    queryFn: () => callApi(getTrainingPlan, { id }),
  });
  const { contract, may } = changes[change];
  if (plan.isError) return <LoadFailed error={plan.error} retry={() => void plan.refetch()} />;
  if (plan.data === undefined) return <Skeleton active />;
  if (!may(plan.data)) {
    const title = `该计划当前状态为「${plan.data.planStatusName}」，不能${changes[change].title}`;
    return <Alert type="warning" showIcon title={title} />;
  }
  return (
    <PlanForm
      year={plan.data.year ?? 0}
      initial={valuesOfPlan(plan.data)}
      draft={null}
      sendText={change === "amend" ? "提交变更" : "重新提交"}
      send={(content, idempotencyKey) => callApi(contract, { id, ...content }, { idempotencyKey })}
    />
  );
}
