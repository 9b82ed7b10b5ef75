import { WorkflowTask, type WorkflowTaskRecord } from "../../models/workflow-task.ts";
import { reminderPercents, reminderTimes } from "../assignment/working-days.ts";
import type { WorkflowContext } from "./context.ts";

/** A task of which its holder is to be reminded, and how much of its time has passed. */
export interface DueReminder {
  readonly task: WorkflowTaskRecord;
  readonly percent: (typeof reminderPercents)[number];
}

/** Tasks whose next reminder is due, longest overdue first. Read-only: `takeReminder` decides who sends it. */
export async function findDueReminders(
  ctx: Pick<WorkflowContext, "clock">,
  limit: number,
): Promise<WorkflowTaskRecord[]> {
  return WorkflowTask.find({ status: "open", remindAt: { $lte: ctx.clock.now() } })
    .sort({ remindAt: 1 })
    .limit(limit)
    .lean<WorkflowTaskRecord[]>();
}

/**
 * Takes a task's due reminder inside the caller's transaction, which also writes the message: of several nodes one
 * gets it, the others null. Reminders that a standstill made late are not sent one after another; only the latest is.
 */
export async function takeReminder(
  ctx: Pick<WorkflowContext, "clock">,
  task: Pick<WorkflowTaskRecord, "_id" | "createdAt" | "dueAt" | "remindersSent">,
): Promise<DueReminder | null> {
  if (task.dueAt === null) return null;
  const now = ctx.clock.now();
  const times = reminderTimes(task.createdAt, task.dueAt);
  const passed = times.filter((time) => time <= now).length;
  const percent = reminderPercents[passed - 1];
  if (percent === undefined || passed <= task.remindersSent) return null;
  const taken = await WorkflowTask.findOneAndUpdate(
    { _id: task._id, status: "open", remindersSent: task.remindersSent },
    { $set: { remindersSent: passed, remindAt: times[passed] ?? null } },
    { returnDocument: "after" },
  ).lean<WorkflowTaskRecord>();
  return taken === null ? null : { task: taken, percent };
}

/** An application is urged once in this time (PRG-09). */
export const urgeEveryMs = 24 * 60 * 60 * 1000;

/** Notes a 催办 of an open task: true once in 24 hours, false before that and for a task that is not open (PRG-09). */
export async function urgeTask(ctx: Pick<WorkflowContext, "clock">, taskId: string): Promise<boolean> {
  const now = ctx.clock.now();
  const before = new Date(now.getTime() - urgeEveryMs);
  const open = {
    _id: taskId,
    status: "open" as const,
    $or: [{ urgedAt: null }, { urgedAt: { $lte: before } }],
  };
  const urged = await WorkflowTask.updateOne(open, { $set: { urgedAt: now } });
  return urged.matchedCount === 1;
}
