import type { WorkflowInstanceRecord, WorkflowSubject } from "../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../models/workflow-task.ts";
import type { WorkflowContext } from "./context.ts";
import { taskRecord } from "./records.ts";
import { openedTasks, type Step } from "./step.ts";

/** The rows of the tasks that a step opened; they show what the tasks before them showed. */
export async function newTasks(
  ctx: WorkflowContext,
  instance: WorkflowInstanceRecord,
  { step, closed }: { step: Step; closed: readonly WorkflowTaskRecord[] },
): Promise<WorkflowTaskRecord[]> {
  const opened = openedTasks(step);
  if (opened.length === 0) return [];
  const subject = await subjectAfter(instance._id, closed);
  return opened.map((task) => taskRecord(ctx, { instance, subject }, task));
}

/**
 * What the tasks that a step opens show of their application: what the tasks that it closed show, or else the
 * instance's latest. Throws for an instance that has never had a task.
 */
async function subjectAfter(
  instanceId: string,
  closed: readonly WorkflowTaskRecord[],
): Promise<WorkflowSubject> {
  const task = closed[0] ?? (await latestTask(instanceId));
  if (task === null) throw new Error(`instance ${instanceId} has never had a task`);
  return subjectOf(task);
}

/** The part of a task that is about its application. */
export function subjectOf(task: WorkflowTaskRecord): WorkflowSubject {
  const { applicantName, title, year, form, hours, organizationName, number, origin, batchId } = task;
  const { departmentId, makeUp } = task;
  return {
    ...{ applicantName, title, year, form, hours, organizationName, number, origin, batchId },
    ...(departmentId === undefined ? {} : { departmentId }),
    ...(makeUp === undefined ? {} : { makeUp }),
  };
}

/** The task that an instance opened last, or null. */
export async function latestTask(instanceId: string): Promise<WorkflowTaskRecord | null> {
  return await WorkflowTask.findOne({ instanceId }).sort({ createdAt: -1 }).lean<WorkflowTaskRecord>();
}
