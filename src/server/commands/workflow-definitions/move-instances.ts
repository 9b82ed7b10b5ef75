import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { moveInstances as contract } from "../../../shared/contracts/workflow-definitions.ts";
import { WorkflowConflict } from "../../../workflows/runtime/conflict.ts";
import type { ProcessDefinition } from "../../../workflows/runtime/definition.ts";
import { moveInstance, previewMove } from "../../../workflows/runtime/move.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { loadVersion } from "../../queries/workflow-definitions/get-definition-version.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { workflowContext } from "../../workflow-runtime.ts";
import { recordAudit } from "../record-audit.ts";
import { requireDefinitionPublisher } from "./publish-definition.ts";

/** What became of one instance of a batch. */
export interface MoveResult {
  instanceId: string;
  error: AppError | null;
}

/**
 * Lets waiting instances go on under another version of their process, each in a transaction of its own (FLW-12,
 * OPS-04). Who may: those who publish definitions, and operators. `definition.version_not_found` (404); the rows say
 * `instance.not_movable` with the reason, `instance.not_found` and `request.conflict` for themselves.
 */
export async function moveInstances(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<MoveResult[]> {
  const actor = requireActor(ctx);
  if (!actor.modules.has("workflow:operate")) await requireDefinitionPublisher(actor);
  const version = await loadVersion(input.key, input.toVersion);
  const target = await ctx.app.workflow.definitions.byHash(version.hash);
  const results: MoveResult[] = [];
  for (const instanceId of new Set(input.instanceIds)) {
    const error = await runCommand(ctx.app, callerOf(ctx), (step) =>
      moveOne(step, { instanceId, target, reason: input.reason, toVersion: input.toVersion }),
    ).then(() => null, asRowError);
    results.push({ instanceId, error });
  }
  return results;
}

interface Move {
  instanceId: string;
  target: ProcessDefinition;
  toVersion: number;
  reason: string;
}

async function moveOne(ctx: CommandContext, move: Move): Promise<void> {
  const { instanceId, target, reason, toVersion } = move;
  const instance = await WorkflowInstance.findById(instanceId).lean<WorkflowInstanceRecord>();
  if (instance === null) throw new AppError("instance.not_found");
  const workflow = workflowContext(ctx);
  const preview =
    instance.definitionHash === target.hash
      ? ({ movable: false, reason: "已是该版本" } as const)
      : await previewMove(workflow, instance, target);
  if (!preview.movable) throw new AppError("instance.not_movable", { reason: preview.reason });
  await moveInstance(workflow, instanceId, target.hash);
  const data = { key: target.key, toVersion, from: instance.definitionHash, to: target.hash, reason };
  await recordAudit(ctx, "instance.moved", { subjectId: instanceId, data });
}

/** A refusal is the row's; anything else ends the batch. */
function asRowError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof WorkflowConflict) return new AppError("request.conflict");
  throw error;
}
