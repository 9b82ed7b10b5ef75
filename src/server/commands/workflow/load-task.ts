import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { Actor } from "../../command-context.ts";
import { holds } from "../../permissions/workflow.ts";

/** A task that the actor's organization, or the actor as a person, holds or held; else `task.not_found` (404). */
export async function loadTask(actor: Actor, taskId: string): Promise<WorkflowTaskRecord> {
  const task = await WorkflowTask.findById(taskId).lean<WorkflowTaskRecord>();
  if (task === null || !holds(actor, task.candidate)) throw new AppError("task.not_found");
  return task;
}

/** The tasks among `taskIds` that the actor holds or held, by id: one query for all. */
export async function loadTasks(
  actor: Actor,
  taskIds: readonly string[],
): Promise<Map<string, WorkflowTaskRecord>> {
  const tasks = await WorkflowTask.find({ _id: { $in: [...taskIds] } }).lean<WorkflowTaskRecord[]>();
  return new Map(tasks.filter(({ candidate }) => holds(actor, candidate)).map((task) => [task._id, task]));
}
