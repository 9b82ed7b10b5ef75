import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getTrainingPlan as contract } from "../../../shared/contracts/training-plans.ts";
import type { CommandContext } from "../../command-context.ts";
import { planUse } from "../../commands/training-plans/plan-use.ts";
import { planIdentity, type TrainingPlan } from "../../commands/training-plans/training-plan.ts";
import type { ApplicationRow } from "../applications/list-applications.ts";
import { getApplication } from "../applications/get-application.ts";

/** A plan with how many people have been declared for under it. */
export interface TrainingPlanDetail extends ApplicationRow {
  declaredPeople: number;
}

/** One plan for those whom it concerns; for all others it does not exist (`application.not_found`, 404). */
export async function getTrainingPlan(
  ctx: CommandContext,
  { id }: InputOf<typeof contract>,
): Promise<TrainingPlanDetail> {
  const row = await getApplication(ctx, { id });
  if (row.application.kind !== "training-plan") throw new AppError("application.not_found");
  const plan = row.application as unknown as TrainingPlan;
  const { rootId } = planIdentity(plan);
  const use = await planUse({ organizationId: plan.organizationId, rootId });
  return { ...row, declaredPeople: use.size };
}
