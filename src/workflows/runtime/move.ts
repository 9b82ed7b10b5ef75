import { WorkflowInstance, type WorkflowInstanceRecord } from "../../models/workflow-instance.ts";
import { WorkflowConflict, WorkflowInstanceMissing } from "./conflict.ts";
import type { WorkflowContext } from "./context.ts";
import type { ProcessDefinition } from "./definition.ts";
import { pathOf } from "./history.ts";
import { type Position, ReplayError } from "./position.ts";

/** Whether an instance can go on under another definition, and why not, in Chinese. */
export type MovePreview = { readonly movable: true } | { readonly movable: false; readonly reason: string };

/**
 * Whether an instance stands at the same place after its history is replayed in `target`: same open tasks and rounds,
 * same timers, and the same candidate rules and outcomes at them. Writes nothing (FLW-12).
 */
export async function previewMove(
  ctx: WorkflowContext,
  instance: Pick<WorkflowInstanceRecord, "definitionHash" | "processKey" | "status" | "events">,
  target: ProcessDefinition,
): Promise<MovePreview> {
  if (instance.status !== "running") return { movable: false, reason: "流程已结束" };
  if (instance.processKey !== target.key)
    return { movable: false, reason: `目标定义属于另一流程「${target.name}」` };
  const current = await ctx.workflow.definitions.byHash(instance.definitionHash);
  const path = pathOf(instance.events);
  try {
    const there = ctx.workflow.memo.position(target, path);
    const here = ctx.workflow.memo.position(current, path);
    return standing(here) === standing(there)
      ? { movable: true }
      : { movable: false, reason: "在新定义中所处环节不同" };
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    return { movable: false, reason: `历史事件在新定义中无法重演：${error.message}` };
  }
}

/**
 * Moves a running instance to another definition inside the caller's transaction. Its tasks and timers stay as they
 * are, since it stands at the same place. Throws `WorkflowConflict` ("closed") when `previewMove` refuses, and
 * ("concurrent") when a step was written at the same moment.
 */
export async function moveInstance(
  ctx: WorkflowContext,
  instanceId: string,
  targetHash: string,
): Promise<void> {
  const instance = await WorkflowInstance.findById(instanceId).lean<WorkflowInstanceRecord>();
  if (instance === null) throw new WorkflowInstanceMissing(instanceId);
  const preview = await previewMove(ctx, instance, await ctx.workflow.definitions.byHash(targetHash));
  if (!preview.movable) throw new WorkflowConflict("closed");
  const moved = await WorkflowInstance.updateOne(
    { _id: instanceId, version: instance.version },
    { $set: { definitionHash: targetHash }, $inc: { version: 1 } },
  );
  if (moved.matchedCount === 0) throw new WorkflowConflict("concurrent");
}

function standing(position: Position): string {
  return JSON.stringify([
    position.openTasks.map(({ key, round, candidateRule, module, outcomes }) => [
      key,
      round,
      candidateRule,
      module,
      outcomes,
    ]),
    position.dueTimers.map(({ key, round }) => [key, round]),
    position.messages,
    position.ended,
  ]);
}
