import { WorkflowInstance, type WorkflowInstanceRecord } from "../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../models/workflow-task.ts";
import { WorkflowTimer } from "../../models/workflow-timer.ts";
import { WorkflowConflict } from "./conflict.ts";
import type { WorkflowContext } from "./context.ts";
import { pathOf } from "./history.ts";
import { fitToHolders } from "./holders.ts";
import { latestTask, subjectOf } from "./new-tasks.ts";
import type { Position } from "./position.ts";
import { taskRecord, timerRecord } from "./records.ts";

/** What was put right: keys of tasks and timers that stand where the history says again. */
export interface Restored {
  readonly opened: readonly string[];
  readonly closed: readonly string[];
  readonly timers: readonly string[];
}

/**
 * Makes an instance's rows agree with its history inside the caller's transaction: tasks and timers that it waits for
 * and that have no row get one, rows of tasks that it does not wait for are closed. History decides, because rows are
 * derived from it. Null when nothing is wrong, or no such instance exists. Throws `WorkflowConflict` ("concurrent")
 * when a step was written at the same moment.
 */
export async function restoreTasks(ctx: WorkflowContext, instanceId: string): Promise<Restored | null> {
  const instance = await WorkflowInstance.findById(instanceId).lean<WorkflowInstanceRecord>();
  if (instance === null) return await closeRows(ctx, instanceId, null);
  if (instance.status !== "running") return await closeRows(ctx, instanceId, null);
  const definition = await ctx.workflow.definitions.byHash(instance.definitionHash);
  const position = ctx.workflow.memo.position(definition, pathOf(instance.events));
  const closed = (await closeRows(ctx, instanceId, position))?.closed ?? [];
  const opened = await openMissing(ctx, instance, position);
  const timers = await startMissing(ctx, instance, position);
  if (opened.length + closed.length + timers.length === 0) return null;
  const written = await WorkflowInstance.updateOne(
    { _id: instanceId, version: instance.version },
    { $inc: { version: 1 } },
  );
  if (written.matchedCount === 0) throw new WorkflowConflict("concurrent");
  return { opened, closed, timers };
}

/** Closes open rows that the position does not have; all of them without a position. */
async function closeRows(
  ctx: WorkflowContext,
  instanceId: string,
  position: Position | null,
): Promise<Restored | null> {
  const expected = new Set(position?.openTasks.map(({ key, round }) => `${key}#${round}`));
  const rows = await WorkflowTask.find({ instanceId, status: "open" }, { key: 1, round: 1 }).lean();
  const stray = rows.filter(({ key, round }) => !expected.has(`${key}#${round}`));
  if (stray.length === 0) return null;
  await WorkflowTask.updateMany(
    { _id: { $in: stray.map(({ _id }) => _id) }, status: "open" },
    { $set: { status: "cancelled" as const, decidedAt: ctx.clock.now() } },
  );
  return { opened: [], closed: stray.map(({ key }) => key), timers: [] };
}

async function openMissing(
  ctx: WorkflowContext,
  instance: WorkflowInstanceRecord,
  { openTasks }: Position,
): Promise<string[]> {
  const rows = await WorkflowTask.find({ instanceId: instance._id, status: "open" }, { key: 1 }).lean();
  const present = new Set(rows.map(({ key }) => key));
  const missing = openTasks.filter(({ key }) => !present.has(key));
  if (missing.length === 0) return [];
  const subject = await knownSubject(instance);
  const records = missing.map((task) => taskRecord(ctx, { instance, subject }, task));
  await WorkflowTask.insertMany(await fitToHolders(ctx, records), { lean: true });
  return missing.map(({ key }) => key);
}

/** What is still known of the application when all rows of its tasks are lost. */
async function knownSubject(instance: WorkflowInstanceRecord): Promise<ReturnType<typeof subjectOf>> {
  const latest: WorkflowTaskRecord | null = await latestTask(instance._id);
  if (latest !== null) return subjectOf(latest);
  return {
    applicantName: instance.startedBy.name,
    title: "",
    year: instance.year ?? null,
    form: null,
    hours: null,
    organizationName: "",
    number: null,
    origin: null,
    batchId: null,
  };
}

async function startMissing(
  ctx: WorkflowContext,
  instance: WorkflowInstanceRecord,
  { dueTimers }: Position,
): Promise<string[]> {
  if (dueTimers.length === 0) return [];
  const rows = await WorkflowTimer.find(
    { instanceId: instance._id, status: "waiting" },
    { key: 1, round: 1 },
  ).lean();
  const waiting = new Set(rows.map(({ key, round }) => `${key}#${round}`));
  const missing = dueTimers.filter(({ key, round }) => !waiting.has(`${key}#${round}`));
  if (missing.length === 0) return [];
  await WorkflowTimer.insertMany(
    missing.map((timer) => timerRecord(ctx, instance, timer)),
    { lean: true },
  );
  return missing.map(({ key }) => key);
}
