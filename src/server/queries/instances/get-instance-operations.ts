import { WorkflowDefinition } from "../../../models/workflow-definition.ts";
import type { WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { WorkflowTimer, type WorkflowTimerRecord } from "../../../models/workflow-timer.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getInstanceOperations as contract } from "../../../shared/contracts/instances.ts";
import type { ProcessDefinition } from "../../../workflows/runtime/definition.ts";
import { type MovePreview, previewMove } from "../../../workflows/runtime/move.ts";
import type { ServiceCall } from "../../../workflows/runtime/position.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { loadOperated } from "../../commands/instances/load-operated.ts";
import { releaseCalls } from "../../commands/instances/release-calls.ts";
import { workflowContext } from "../../workflow-runtime.ts";
import { holderNames } from "../workflow/task-rows.ts";

/** What an operator could do to an instance, and what would come of it. Nothing is written. */
export interface InstanceOperations {
  tasks: WorkflowTaskRecord[];
  holders: ReadonlyMap<string, string>;
  timers: WorkflowTimerRecord[];
  definition: ProcessDefinition;
  /** null: the diagram has no way to release the application from here */
  release: readonly ServiceCall[] | null;
  versions: { versionNumber: number; current: boolean; preview: MovePreview }[];
  now: Date;
}

const versionsAtMost = 20;

/** `permission.denied` (403) for all but operators, `instance.not_found` (404). */
export async function getInstanceOperations(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<InstanceOperations> {
  const instance = await loadOperated(ctx, input.id);
  const isRunning = instance.status === "running";
  const tasks = await WorkflowTask.find({ instanceId: instance._id, status: "open" })
    .sort({ createdAt: 1 })
    .lean<WorkflowTaskRecord[]>();
  return {
    tasks,
    holders: await holderNames(requireActor(ctx), tasks),
    timers: await WorkflowTimer.find({ instanceId: instance._id, status: "waiting" }).lean<
      WorkflowTimerRecord[]
    >(),
    definition: await ctx.app.workflow.definitions.byHash(instance.definitionHash),
    release: isRunning ? await releaseCalls(ctx, instance) : null,
    versions: isRunning ? await versionsOf(ctx, instance) : [],
    now: ctx.clock.now(),
  };
}

/** The latest versions of its process, each with whether it could go on there. */
async function versionsOf(
  ctx: CommandContext,
  instance: WorkflowInstanceRecord,
): Promise<InstanceOperations["versions"]> {
  const versions = await WorkflowDefinition.find(
    { key: instance.processKey, status: { $ne: "draft" } },
    { versionNumber: 1, hash: 1 },
  )
    .sort({ versionNumber: -1 })
    .limit(versionsAtMost)
    .lean();
  const previews: InstanceOperations["versions"] = [];
  for (const { versionNumber, hash } of versions) {
    const current = hash === instance.definitionHash;
    const target = await ctx.app.workflow.definitions.byHash(hash);
    const preview: MovePreview = current
      ? { movable: false, reason: "已是该版本" }
      : await previewMove(workflowContext(ctx), instance, target);
    previews.push({ versionNumber, current, preview });
  }
  return previews;
}
