import { ApplicationModel } from "../../../models/application.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { completeTrainingPlan as contract } from "../../../shared/contracts/training-plans.ts";
import type { CommandContext } from "../../command-context.ts";
import { loadOwnApplication } from "../applications/load-own-application.ts";
import { recordAudit } from "../record-audit.ts";
import { openPlanFilter, requireOpenPlan, type TrainingPlanData } from "./training-plan.ts";

/**
 * The unit's word that a plan has been carried out: 已完成, nothing more is declared under it (PLN-08). Declarations
 * under review go on. Errors: as `loadOwnApplication`; `plan.not_open` (409).
 */
export async function completeTrainingPlan(
  ctx: CommandContext,
  { id }: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const plan = await loadOwnApplication<TrainingPlanData>(ctx, id, "training-plan");
  requireOpenPlan(ctx, plan);
  const completed = await ApplicationModel.updateOne(openPlanFilter(id), {
    $set: { "data.completedAt": ctx.clock.now().toISOString() },
    $inc: { version: 1 },
  });
  if (completed.matchedCount === 0) throw new AppError("request.conflict");
  await recordAudit(ctx, "plan.completed", { subjectId: id, data: { number: plan.number } });
  return { ok: true };
}
