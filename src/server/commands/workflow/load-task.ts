import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { Actor } from "../../command-context.ts";
import { holdsTask } from "../../permissions/workflow.ts";
import { type Holder, holderFields } from "../../queries/organizations/holder-rule.ts";

/** A task that the actor's organization, or the actor as a person, holds or held; else `task.not_found` (404). */
export async function loadTask(actor: Actor, taskId: string): Promise<WorkflowTaskRecord> {
  const task = await WorkflowTask.findById(taskId).lean<WorkflowTaskRecord>();
  if (task === null || !holdsTask(actor, task)) throw new AppError("task.not_found");
  return task;
}

/** What a decision begins with: a task, its instance, and who comes on the instance's route. */
export interface LoadedTask {
  task: WorkflowTaskRecord;
  instance: WorkflowInstanceRecord;
  holders: Holder[];
}

type Joined = WorkflowTaskRecord & { instances?: WorkflowInstanceRecord[]; holders?: Holder[] };

/** The same with all that a decision needs, in one round trip. Without an instance the task is not there either. */
export async function loadTaskAndInstance(actor: Actor, taskId: string): Promise<LoadedTask> {
  const [found] = await WorkflowTask.aggregate<Joined>([
    { $match: { _id: taskId } },
    {
      $lookup: {
        from: WorkflowInstance.collection.name,
        localField: "instanceId",
        foreignField: "_id",
        as: "instances",
      },
    },
    {
      $lookup: {
        from: OrganizationModel.collection.name,
        localField: "instances.route.organizationId",
        foreignField: "_id",
        pipeline: [{ $project: holderFields }],
        as: "holders",
      },
    },
  ]);
  if (found === undefined) throw new AppError("task.not_found");
  const { instances: [instance] = [], holders = [], ...task } = found;
  if (instance === undefined || !holdsTask(actor, task)) throw new AppError("task.not_found");
  return { task, instance, holders };
}

/** The tasks among `taskIds` that the actor holds or held, by id: one query for all. */
export async function loadTasks(
  actor: Actor,
  taskIds: readonly string[],
): Promise<Map<string, WorkflowTaskRecord>> {
  const tasks = await WorkflowTask.find({ _id: { $in: [...taskIds] } }).lean<WorkflowTaskRecord[]>();
  return new Map(tasks.filter((task) => holdsTask(actor, task)).map((task) => [task._id, task]));
}
