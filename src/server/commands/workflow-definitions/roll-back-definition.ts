import { WorkflowDefinition, type WorkflowDefinitionRecord } from "../../../models/workflow-definition.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { rollBackDefinition as contract } from "../../../shared/contracts/workflow-definitions.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireSound } from "../../queries/workflow-definitions/assess.ts";
import { loadVersion } from "../../queries/workflow-definitions/get-definition-version.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { recordAudit } from "../record-audit.ts";
import { publisherOf, requireDefinitionPublisher, supersede } from "./publish-definition.ts";

/**
 * Puts an earlier version in force again, after it has passed today's check. Errors: `definition.version_not_found`,
 * `definition.already_current`, `definition.check_failed`, `request.conflict`.
 */
export async function rollBackDefinition(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<WorkflowDefinitionRecord> {
  await requireDefinitionPublisher(requireActor(ctx));
  const version = await loadVersion(input.key, input.versionNumber);
  if (version.status === "published") throw new AppError("definition.already_current");
  await requireSound(input.key, version.xml);
  const restored = await runCommand(ctx.app, callerOf(ctx), (step) => restore(step, version, input.note));
  await ctx.app.workflow.definitions.refresh();
  return restored;
}

async function restore(
  ctx: CommandContext,
  { _id, key, versionNumber, hash }: WorkflowDefinitionRecord,
  note: string,
): Promise<WorkflowDefinitionRecord> {
  await supersede(key);
  const publishedBy = publisherOf(requireActor(ctx));
  const restored = await WorkflowDefinition.findOneAndUpdate(
    { _id, status: "superseded" },
    { $set: { status: "published", publishedAt: ctx.clock.now(), publishedBy, note }, $inc: { version: 1 } },
    { returnDocument: "after" },
  ).lean<WorkflowDefinitionRecord>();
  if (restored === null) throw new AppError("request.conflict");
  const data = { key, versionNumber, sha256: hash, note };
  await recordAudit(ctx, "definition.rolled_back", { subjectId: key, data });
  return restored;
}
