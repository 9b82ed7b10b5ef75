import { DeclarationModel } from "../../../models/declaration.ts";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { Actor } from "../../command-context.ts";

/**
 * Nobody reviews a plan's declaration that has hours of his own in it: `permission.self_review` (403, AUD-10). The
 * instance names one person at most, so its items say whose hours they are.
 */
export async function refuseParticipantReview(
  actor: Pick<Actor, "personId">,
  { processKey, businessId, module }: Pick<WorkflowTaskRecord, "processKey" | "businessId" | "module">,
): Promise<void> {
  if (processKey !== "plan-declaration" || module === null || actor.personId === null) return;
  const own = { applicationId: businessId, personId: actor.personId };
  if ((await DeclarationModel.exists(own)) !== null) throw new AppError("permission.self_review");
}
