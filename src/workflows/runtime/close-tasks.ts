import { insertLean, updateAndInsertLean, updateLean } from "../../models/lean-writes.ts";
import { WorkflowInstance } from "../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../models/workflow-task.ts";
import { WorkflowConflict } from "./conflict.ts";
import type { WorkflowContext } from "./context.ts";
import { closedKeys, type Step } from "./step.ts";
import type { AdvanceInput } from "./store.ts";

type Decide = Extract<AdvanceInput, { kind: "decide" }>;

/** What a step closes: the decided task first, then those that it takes away. */
export interface ClosedTasks {
  readonly closed: readonly WorkflowTaskRecord[];
  /** how the decided one is closed, where that is yet to be written, by `writeTasks` */
  readonly unwritten: {
    readonly decision: Decision;
    readonly conflict: () => Promise<WorkflowConflict>;
  } | null;
}

type Decision = Partial<WorkflowTaskRecord>;

/**
 * Closes what a step closes, inside the caller's transaction: the decided task with who, when and how, and those that
 * the step takes away. A task that the caller has read in this transaction is left to `writeTasks`, which closes it
 * together with what the step opens. Throws `WorkflowConflict` when somebody else has closed the decided one.
 */
export async function closeTasks(
  ctx: WorkflowContext,
  instanceId: string,
  { step, input }: { step: Step; input: AdvanceInput },
): Promise<ClosedTasks> {
  const cancelled = closedKeys(step).filter((key) => input.kind !== "decide" || key !== input.taskKey);
  const { closed, unwritten } =
    input.kind === "decide" ? await closeDecided(ctx, instanceId, input) : nothingClosed;
  if (cancelled.length === 0) return { closed, unwritten };
  return {
    closed: [...closed, ...(await cancelTasks(instanceId, cancelled, ctx.clock.now()))],
    unwritten,
  };
}

const nothingClosed: ClosedTasks = { closed: [], unwritten: null };

/** Writes the tasks that a step opened, and what `closeTasks` has left to be written, in one round trip. */
export async function writeTasks(
  { closed, unwritten }: ClosedTasks,
  opened: readonly WorkflowTaskRecord[],
): Promise<void> {
  const [decided] = closed;
  if (unwritten === null || decided === undefined) {
    if (opened.length > 0) await insertLean(WorkflowTask, opened);
    return;
  }
  const change = { filter: { _id: decided._id, status: "open" }, update: { $set: unwritten.decision } };
  const matched =
    opened.length === 0
      ? await updateLean(WorkflowTask, change)
      : await updateAndInsertLean(WorkflowTask, change, opened);
  if (matched === 0) throw await unwritten.conflict();
}

async function closeDecided(ctx: WorkflowContext, instanceId: string, input: Decide): Promise<ClosedTasks> {
  const decision: Decision = {
    status: "decided",
    decidedBy: { ...input.actor },
    decidedAt: ctx.clock.now(),
    outcome: input.outcome,
    comment: input.comment ?? null,
    ...input.subject,
  };
  const conflict = () => conflictOf(instanceId, input);
  if (input.task !== undefined)
    return { closed: [{ ...input.task, ...decision }], unwritten: { decision, conflict } };
  const task = await closeByKey({ instanceId, key: input.taskKey }, decision);
  if (task === null) throw await conflict();
  return { closed: [task], unwritten: null };
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

/** Why an instance does not wait for `input`: who decided when, where that is known. */
export async function conflictOf(instanceId: string, input: AdvanceInput): Promise<WorkflowConflict> {
  const key = input.kind === "decide" ? input.taskKey : await endedBy(instanceId, input);
  if (key === null) return new WorkflowConflict("closed");
  const [decided] = await WorkflowTask.find({ instanceId, key, status: "decided" })
    .sort({ decidedAt: -1 })
    .limit(1)
    .lean<WorkflowTaskRecord[]>();
  return decided === undefined ? new WorkflowConflict("closed") : new WorkflowConflict("decided", decided);
}

/** The task whose decision came before a message that nothing waits for; null when it was something else, or a timer. */
async function endedBy(instanceId: string, { kind }: AdvanceInput): Promise<string | null> {
  if (kind !== "message") return null;
  const instance = await WorkflowInstance.findById(instanceId, { events: 1 }).lean();
  const last = instance?.events.at(-1);
  return last?.type === "decided" ? (last.key ?? null) : null;
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
