import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { resubmitTrainingPlan as contract } from "../../../shared/contracts/training-plans.ts";
import type { CommandContext } from "../../command-context.ts";
import { loadOwnApplication } from "../applications/load-own-application.ts";
import { resubmitApplication } from "../applications/resubmit-application.ts";
import { requireFitsUse } from "./plan-use.ts";
import { plannedHours, planTitle } from "./submit-training-plan.ts";
import { planIdentity, requireValidPlan, type TrainingPlan, type TrainingPlanData } from "./training-plan.ts";

/**
 * A returned plan, corrected, from the first step of its route again (APR-11). Errors: as `loadOwnApplication`;
 * `application.not_correctable` (409), `plan.invalid` (400), `plan.people_exceeded` (409), `file.not_found` (404).
 */
export async function resubmitTrainingPlan(
  ctx: CommandContext,
  { id, attachments, ...content }: InputOf<typeof contract>,
): Promise<TrainingPlan> {
  const plan = await loadOwnApplication<TrainingPlanData>(ctx, id, "training-plan");
  requireValidPlan(ctx, content, plan.data.year);
  const { organizationId, data } = plan;
  if (data.amendsId !== null)
    await requireFitsUse(
      ctx,
      { organizationId, rootId: planIdentity(plan).rootId, year: plan.data.year },
      content,
    );
  const title = planTitle(content.name, data.amendsId !== null);
  return await resubmitApplication<TrainingPlanData>(ctx, plan, {
    title,
    data: { ...data, ...content },
    attachments,
    subject: { hours: plannedHours(content) },
  });
}
