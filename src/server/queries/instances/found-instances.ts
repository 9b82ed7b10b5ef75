import type { WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import type { ProcessDefinition } from "../../../workflows/runtime/definition.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { holderNames } from "../workflow/task-rows.ts";

/** An instance as lists show it. */
export interface FoundInstance {
  instance: WorkflowInstanceRecord;
  definition: ProcessDefinition;
  /** the task that shows the application as it is now */
  latest: WorkflowTaskRecord | null;
  open: WorkflowTaskRecord[];
  holders: ReadonlyMap<string, string>;
}

/** Completes instances, in their order, with their tasks and the names of the holders: two queries for all. */
export async function foundInstances(
  ctx: CommandContext,
  instances: readonly WorkflowInstanceRecord[],
): Promise<FoundInstance[]> {
  const tasks = await WorkflowTask.find({ instanceId: { $in: instances.map(({ _id }) => _id) } })
    .sort({ createdAt: 1, _id: 1 })
    .lean<WorkflowTaskRecord[]>();
  const byInstance = new Map<string, WorkflowTaskRecord[]>();
  for (const task of tasks)
    byInstance.set(task.instanceId, [...(byInstance.get(task.instanceId) ?? []), task]);
  const holders = await holderNames(
    requireActor(ctx),
    tasks.filter(({ status }) => status === "open"),
  );
  const found: FoundInstance[] = [];
  for (const instance of instances) {
    const own = byInstance.get(instance._id) ?? [];
    const open = own.filter(({ status }) => status === "open");
    const definition = await ctx.app.workflow.definitions.byHash(instance.definitionHash);
    found.push({ instance, definition, latest: open[0] ?? own.at(-1) ?? null, open, holders });
  }
  return found;
}
