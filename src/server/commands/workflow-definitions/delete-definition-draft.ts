import { WorkflowDefinition } from "../../../models/workflow-definition.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { deleteDefinitionDraft as contract } from "../../../shared/contracts/workflow-definitions.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import { draftId } from "../../queries/workflow-definitions/load-draft.ts";
import { recordAudit } from "../record-audit.ts";

/** Gives the draft of a process up; `definition.draft_not_found` (404) without one. */
export async function deleteDefinitionDraft(
  ctx: CommandContext,
  { key }: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  requireModule(requireActor(ctx), "workflow:design");
  const removed = await WorkflowDefinition.deleteOne({ _id: draftId(key) });
  if (removed.deletedCount === 0) throw new AppError("definition.draft_not_found");
  await recordAudit(ctx, "definition.draft_removed", { subjectId: key, data: { key } });
  return { ok: true };
}
