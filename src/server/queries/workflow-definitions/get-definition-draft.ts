import type { WorkflowDefinitionRecord } from "../../../models/workflow-definition.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getDefinitionDraft as contract } from "../../../shared/contracts/workflow-definitions.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import { loadDraft } from "./load-draft.ts";

/** The draft of a process, as it was saved. */
export async function getDefinitionDraft(
  ctx: CommandContext,
  { key }: InputOf<typeof contract>,
): Promise<WorkflowDefinitionRecord> {
  requireModule(requireActor(ctx), "workflow:design");
  return loadDraft(key);
}
