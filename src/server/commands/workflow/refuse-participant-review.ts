import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { Actor } from "../../command-context.ts";
import { participantsAmong } from "../../queries/workflow/participants.ts";

type Reviewed = Pick<WorkflowTaskRecord, "processKey" | "businessId" | "module">;

/**
 * Nobody reviews a plan's declaration or a class that has hours of his own in it: `permission.self_review` (403,
 * AUD-10).
 */
export async function refuseParticipantReview(
  { personId }: Pick<Actor, "personId">,
  task: Reviewed,
): Promise<void> {
  if (task.module === null || personId === null) return;
  const takesPart = await participantsAmong([personId], [task]);
  if (takesPart(task, personId)) throw new AppError("permission.self_review");
}
