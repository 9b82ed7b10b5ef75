import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { Actor } from "../../command-context.ts";
import { holdsTask } from "../../permissions/workflow.ts";

/** A task that the actor's organization, or the actor as a person, holds or held; else `task.not_found` (404). */
export async function loadTask(actor: Actor, taskId: string): Promise<WorkflowTaskRecord> {
  const task = await WorkflowTask.findById(taskId).lean<WorkflowTaskRecord>();
  if (task === null || !holdsTask(actor, task)) throw new AppError("task.not_found");
  return task;
}

/**
 * The same with the instance that it belongs to, in one round trip: what a decision begins with. Without an instance
 * the task is not there either.
 */
export async function loadTaskAndInstance(
  actor: Actor,
  taskId: string,
): Promise<{ task: WorkflowTaskRecord; instance: WorkflowInstanceRecord }> {
  const [found] = await WorkflowTask.aggregate<WorkflowTaskRecord & { instances?: WorkflowInstanceRecord[] }>(
    [
      { $match: { _id: taskId } },
      {
        $lookup: {
          from: WorkflowInstance.collection.name,
          localField: "instanceId",
          foreignField: "_id",
          as: "instances",
        },
      },
    ],
  );
  if (found === undefined) throw new AppError("task.not_found");
  const { instances: [instance] = [], ...task } = found;
  if (instance === undefined || !holdsTask(actor, task)) throw new AppError("task.not_found");
  return { task, instance };
}

/** The tasks among `taskIds` that the actor holds or held, by id: one query for all. */
export async function loadTasks(
  actor: Actor,
  taskIds: readonly string[],
): Promise<Map<string, WorkflowTaskRecord>> {
  const tasks = await WorkflowTask.find({ _id: { $in: [...taskIds] } }).lean<WorkflowTaskRecord[]>();
  return new Map(tasks.filter((task) => holdsTask(actor, task)).map((task) => [task._id, task]));
}
