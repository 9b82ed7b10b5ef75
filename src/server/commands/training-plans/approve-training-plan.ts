import { ApplicationModel } from "../../../models/application.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { moveApplication } from "../applications/move-application.ts";
import { requireFitsUse } from "./plan-use.ts";
import { openPlanFilter, planIdentity, type TrainingPlanData } from "./training-plan.ts";

/**
 * Behind the service task `approveTrainingPlan`: hours may be declared under the plan from now on (PLN-03). An
 * amendment takes the place of the plan that it changes; `plan.not_open` (409) when that one has been completed
 * meanwhile, and as `requireFitsUse` when more was declared under it than the amendment allows.
 */
export async function approveTrainingPlan(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const plan = await moveApplication<TrainingPlanData>(ctx, call.businessId, { status: "approved" });
  const { amendsId } = plan.data;
  if (amendsId === null) return;
  // Writes the old version, as a declaration under it does: of two at once the later sees the earlier.
  const replaced = await ApplicationModel.updateOne(openPlanFilter(amendsId), {
    $set: { "data.replacedById": plan._id },
    $inc: { version: 1 },
  });
  if (replaced.matchedCount === 0) throw new AppError("plan.not_open", { status: "已完成" });
  const { rootId } = planIdentity(plan);
  await requireFitsUse(ctx, { organizationId: plan.organizationId, rootId, year: plan.data.year }, plan.data);
}
