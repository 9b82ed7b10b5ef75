import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { amendTrainingPlan as contract } from "../../../shared/contracts/training-plans.ts";
import type { CommandContext } from "../../command-context.ts";
import { loadOwnApplication } from "../applications/load-own-application.ts";
import { requireFitsUse } from "./plan-use.ts";
import { requirePlanningRole, startPlan } from "./submit-training-plan.ts";
import {
  planIdentity,
  requireOpenPlan,
  requireValidPlan,
  type TrainingPlan,
  type TrainingPlanData,
} from "./training-plan.ts";

/**
 * A change to an approved plan is reviewed like a new one and replaces it when approved; until then the approved one
 * holds (PLN-07, PLN-08). Errors: as `loadOwnApplication`; `plan.not_open` (409), `application.pending_exists` (409)
 * while another amendment of the plan is under review, `plan.invalid` (400), `plan.people_exceeded` (409) for fewer
 * people than were declared for.
 */
export async function amendTrainingPlan(
  ctx: CommandContext,
  { id, ...content }: InputOf<typeof contract>,
): Promise<TrainingPlan> {
  requirePlanningRole(ctx);
  const plan = await loadOwnApplication<TrainingPlanData>(ctx, id, "training-plan");
  requireOpenPlan(ctx, plan);
  requireValidPlan(ctx, content, plan.data.year);
  const { rootId, planNumber } = planIdentity(plan);
  await requireFitsUse(ctx, { organizationId: plan.organizationId, rootId, year: plan.data.year }, content);
  return await startPlan(ctx, content, {
    rootId,
    rootNumber: planNumber,
    amendsId: plan._id,
    openKey: `training-plan:amendment:${rootId}`,
  });
}
