import { WorkflowDefinition, type WorkflowDefinitionRecord } from "../../../models/workflow-definition.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getDefinitionVersion as contract } from "../../../shared/contracts/workflow-definitions.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";

/** A version with its XML; `definition.version_not_found` (404). */
export async function getDefinitionVersion(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<WorkflowDefinitionRecord> {
  requireModule(requireActor(ctx), "workflow:design");
  return loadVersion(input.key, input.versionNumber);
}

/** A version that was published once. */
export async function loadVersion(key: string, versionNumber: number): Promise<WorkflowDefinitionRecord> {
  const found = await WorkflowDefinition.findOne({
    key,
    versionNumber,
    status: { $in: ["published", "superseded"] },
  }).lean<WorkflowDefinitionRecord>();
  if (found === null) throw new AppError("definition.version_not_found");
  return found;
}
