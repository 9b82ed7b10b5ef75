import { WorkflowDefinition, type WorkflowDefinitionRecord } from "../../../models/workflow-definition.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listDefinitionVersions as contract } from "../../../shared/contracts/workflow-definitions.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import type { Page } from "../page.ts";
import { readPage } from "../read-page.ts";
import { requireProcess } from "./load-draft.ts";

/** Versions of a process, the latest number first. */
export async function listDefinitionVersions(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Page<WorkflowDefinitionRecord>> {
  requireModule(requireActor(ctx), "workflow:design");
  const { key, page, pageSize } = input;
  requireProcess(key);
  const filter = { key, status: { $in: ["published", "superseded"] } };
  return readPage(WorkflowDefinition, filter, { page, pageSize, sort: { versionNumber: -1 } });
}
