import { ClassParticipantModel } from "../../../models/class-participant.ts";
import { DeclarationModel } from "../../../models/declaration.ts";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { Actor } from "../../command-context.ts";

type Reviewed = Pick<WorkflowTaskRecord, "processKey" | "businessId" | "module">;

/**
 * Nobody reviews a plan's declaration or a class that has hours of his own in it: `permission.self_review` (403,
 * AUD-10). The instance names one person at most, so the participants say whose hours they are.
 */
export async function refuseParticipantReview(actor: Pick<Actor, "personId">, task: Reviewed): Promise<void> {
  if (task.module === null || actor.personId === null) return;
  if (await takesPart(actor.personId, task)) throw new AppError("permission.self_review");
}

async function takesPart(personId: string, { processKey, businessId }: Reviewed): Promise<boolean> {
  switch (processKey) {
    case "plan-declaration":
      return (await DeclarationModel.exists({ applicationId: businessId, personId })) !== null;
    case "base-class":
      return (await ClassParticipantModel.exists({ _id: `${businessId}-${personId}` })) !== null;
    default:
      return false;
  }
}
