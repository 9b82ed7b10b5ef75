import { WorkflowDefinition, type WorkflowDefinitionRecord } from "../../../models/workflow-definition.ts";
import { AppError } from "../../../shared/app-error.ts";
import { processContract } from "../../../workflows/catalogue.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";

/** `<key>@draft`: a process has at most one. */
export function draftId(key: string): string {
  return `${key}@draft`;
}

/** `definition.not_found` (404) for a process that no command starts. */
export function requireProcess(key: string): void {
  if (processContract(key) === null) throw new AppError("definition.not_found");
}

/** The draft of a process; `definition.draft_not_found` (404) without one. */
export async function loadDraft(key: string): Promise<WorkflowDefinitionRecord> {
  const draft = await WorkflowDefinition.findById(draftId(key)).lean<WorkflowDefinitionRecord>();
  if (draft === null) throw new AppError("definition.draft_not_found");
  return draft;
}

/** What a check or a preview is of: the XML that came along, or the draft. */
export async function xmlOf(
  ctx: CommandContext,
  { key, xml }: { key: string; xml?: string | undefined },
): Promise<string> {
  requireModule(requireActor(ctx), "workflow:design");
  requireProcess(key);
  return xml ?? (await loadDraft(key)).xml;
}
