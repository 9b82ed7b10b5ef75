import {
  type WorkflowCandidate,
  WorkflowInstance,
  type WorkflowInstanceRecord,
} from "../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../models/workflow-task.ts";
import { WorkflowTimer } from "../../models/workflow-timer.ts";
import { WorkflowConflict, WorkflowInstanceMissing } from "./conflict.ts";
import type { WorkflowContext } from "./context.ts";

/**
 * Gives an open task to another holder inside the caller's transaction, with the reason that everybody will see at
 * it (FLW-10). The instance's history does not change: who may act is not part of the path. Throws `WorkflowConflict`
 * ("closed") when the task is no longer open.
 */
export async function reassignTask(
  taskId: string,
  { candidate, notice }: { candidate: WorkflowCandidate; notice: string },
): Promise<WorkflowTaskRecord> {
  const task = await WorkflowTask.findOneAndUpdate(
    { _id: taskId, status: "open" },
    { $set: { candidate: { ...candidate }, notice } },
    { returnDocument: "after" },
  ).lean<WorkflowTaskRecord>();
  if (task === null) throw new WorkflowConflict("closed");
  return task;
}

/**
 * Hands every open task of a module that one organization holds to another, inside the caller's transaction, with the
 * reason that everybody will see at them (SUB-03). Returns how many. One that is decided at the same moment makes one
 * of the two transactions repeat: it is decided by its old holder, or handed over, never both.
 */
export async function handOverTasks(
  { from, to, module }: { from: string; to: string; module: string },
  notice: string,
): Promise<number> {
  const held = {
    "candidate.id": from,
    "candidate.kind": "organization" as const,
    status: "open" as const,
    module,
  };
  const candidate: WorkflowCandidate = { kind: "organization", id: to };
  const moved = await WorkflowTask.updateMany(held, { $set: { candidate, notice } });
  return moved.modifiedCount;
}

/**
 * Takes a decided task out of one account's list of what it reviewed (AUD-03): the task and its history stay for
 * everybody else and for ever. Throws `WorkflowConflict` ("closed") for a task that was not decided.
 */
export async function hideTask(taskId: string, accountId: string): Promise<void> {
  const decided = { _id: taskId, status: "decided" as const };
  const hidden = await WorkflowTask.updateOne(decided, { $addToSet: { hiddenFor: accountId } });
  if (hidden.matchedCount === 0) throw new WorkflowConflict("closed");
}

/**
 * Ends an instance from outside its diagram inside the caller's transaction (OPS-04): open tasks and waiting timers
 * are cancelled, no service is called; the caller puts the business document right. Throws `WorkflowInstanceMissing`,
 * and `WorkflowConflict` when it has ended or moved at the same moment.
 */
export async function cancelInstance(
  ctx: Pick<WorkflowContext, "clock">,
  instanceId: string,
): Promise<WorkflowInstanceRecord> {
  const instance = await WorkflowInstance.findById(instanceId).lean<WorkflowInstanceRecord>();
  if (instance === null) throw new WorkflowInstanceMissing(instanceId);
  if (instance.status !== "running") throw new WorkflowConflict("closed");
  const ended = { status: "cancelled" as const, endedAt: ctx.clock.now() };
  const written = await WorkflowInstance.updateOne(
    { _id: instanceId, version: instance.version },
    { $set: ended, $inc: { version: 1 } },
  );
  if (written.matchedCount === 0) throw new WorkflowConflict("concurrent");
  const closed = { $set: { status: "cancelled" as const, decidedAt: ended.endedAt } };
  await WorkflowTask.updateMany({ instanceId, status: "open" }, closed);
  await WorkflowTimer.updateMany({ instanceId, status: "waiting" }, { $set: { status: "cancelled" } });
  return { ...instance, ...ended, version: instance.version + 1 };
}
