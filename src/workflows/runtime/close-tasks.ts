import { WorkflowTask, type WorkflowTaskRecord } from "../../models/workflow-task.ts";
import { WorkflowConflict } from "./conflict.ts";
import type { WorkflowContext } from "./context.ts";
import { closedKeys, type Step } from "./step.ts";
import type { AdvanceInput } from "./store.ts";

type Decide = Extract<AdvanceInput, { kind: "decide" }>;

/**
 * Closes what a step closes, inside the caller's transaction: the decided task first, with who, when and how, then
 * those that the step takes away. Throws `WorkflowConflict` when somebody else has closed the decided one.
 */
export async function closeTasks(
  ctx: WorkflowContext,
  instanceId: string,
  { step, input }: { step: Step; input: AdvanceInput },
): Promise<WorkflowTaskRecord[]> {
  const decided = input.kind === "decide" ? [await closeDecided(ctx, instanceId, input)] : [];
  const cancelled = closedKeys(step).filter((key) => input.kind !== "decide" || key !== input.taskKey);
  if (cancelled.length === 0) return decided;
  return [...decided, ...(await cancelTasks(instanceId, cancelled, ctx.clock.now()))];
}

async function closeDecided(
  ctx: WorkflowContext,
  instanceId: string,
  input: Decide,
): Promise<WorkflowTaskRecord> {
  const decision = {
    status: "decided" as const,
    decidedBy: { ...input.actor },
    decidedAt: ctx.clock.now(),
    outcome: input.outcome,
    comment: input.comment ?? null,
    ...input.subject,
  };
  const task =
    input.task === undefined
      ? await closeByKey({ instanceId, key: input.taskKey }, decision)
      : await closeKnown(input.task, decision);
  if (task === null) throw await conflictOf(instanceId, input);
  return task;
}

async function closeByKey(
  place: Pick<WorkflowTaskRecord, "instanceId" | "key">,
  decision: Partial<WorkflowTaskRecord>,
): Promise<WorkflowTaskRecord | null> {
  const open = { ...place, status: "open" as const };
  const change = { $set: decision };
  return await WorkflowTask.findOneAndUpdate(open, change, {
    returnDocument: "after",
  }).lean<WorkflowTaskRecord>();
}

/** What was read in this transaction need not be sent again: a key look-up and an update, without an answer. */
async function closeKnown(
  task: WorkflowTaskRecord,
  decision: Partial<WorkflowTaskRecord>,
): Promise<WorkflowTaskRecord | null> {
  const open = { _id: task._id, status: "open" as const };
  const { matchedCount } = await WorkflowTask.updateOne(open, { $set: decision });
  return matchedCount === 0 ? null : { ...task, ...decision };
}

/** Why an instance does not wait for `input`: who decided when, where that is known. */
export async function conflictOf(instanceId: string, input: AdvanceInput): Promise<WorkflowConflict> {
  if (input.kind !== "decide") return new WorkflowConflict("closed");
  const [decided] = await WorkflowTask.find({ instanceId, key: input.taskKey, status: "decided" })
    .sort({ decidedAt: -1 })
    .limit(1)
    .lean<WorkflowTaskRecord[]>();
  return decided === undefined ? new WorkflowConflict("closed") : new WorkflowConflict("decided", decided);
}

async function cancelTasks(
  instanceId: string,
  keys: readonly string[],
  now: Date,
): Promise<WorkflowTaskRecord[]> {
  const open = { instanceId, key: { $in: [...keys] }, status: "open" as const };
  const tasks = await WorkflowTask.find(open).lean<WorkflowTaskRecord[]>();
  await WorkflowTask.updateMany(open, { $set: { status: "cancelled" as const, decidedAt: now } });
  return tasks.map((task) => ({ ...task, status: "cancelled", decidedAt: now }));
}
