import { WorkflowDefinition } from "../../../models/workflow-definition.ts";
import type { WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { WorkflowTimer, type WorkflowTimerRecord } from "../../../models/workflow-timer.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getInstanceOperations as contract } from "../../../shared/contracts/instances.ts";
import type { ProcessDefinition } from "../../../workflows/runtime/definition.ts";
import { type MovePreview, previewMove } from "../../../workflows/runtime/move.ts";
import type { ServiceCall } from "../../../workflows/runtime/position.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { loadInstance } from "../../commands/instances/load-operated.ts";
import { releaseCalls } from "../../commands/instances/release-calls.ts";
import { authorizeReroute, mayReroute } from "../../permissions/instances.ts";
import { workflowContext } from "../../workflow-runtime.ts";
import { holderNames } from "../workflow/task-rows.ts";

/** What an operator, or a bureau, could do to an instance, and what would come of it. Nothing is written. */
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

/**
 * Everything for operators (OPS-04); for bureaus the tasks of what is below them, which they may give to others
 * (HRS-05). `permission.denied` (403) for all others, `instance.not_found` (404) also when none of its tasks is theirs.
 */
export async function getInstanceOperations(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<InstanceOperations> {
  const actor = requireActor(ctx);
  authorizeReroute(actor);
  const instance = await loadInstance(input.id);
  const tasks = await tasksWithin(actor, instance);
  const isOperator = actor.role === "operator";
  if (!isOperator && tasks.length === 0) throw new AppError("instance.not_found");
  const isOperated = isOperator && instance.status === "running";
  return {
    tasks,
    holders: await holderNames(actor, tasks),
    timers: isOperator ? await waitingTimers(instance._id) : [],
    definition: await ctx.app.workflow.definitions.byHash(instance.definitionHash),
    release: isOperated ? await releaseCalls(ctx, instance) : null,
    versions: isOperated ? await versionsOf(ctx, instance) : [],
    now: ctx.clock.now(),
  };
}

/** Open tasks that the actor may give to others; a person's own is his unit's here. */
async function tasksWithin(actor: Actor, instance: WorkflowInstanceRecord): Promise<WorkflowTaskRecord[]> {
  const open = await WorkflowTask.find({ instanceId: instance._id, status: "open" })
    .sort({ createdAt: 1 })
    .lean<WorkflowTaskRecord[]>();
  const within: WorkflowTaskRecord[] = [];
  for (const task of open) {
    const { kind, id } = task.candidate;
    if (await mayReroute(actor, kind === "organization" ? id : instance.organizationId)) within.push(task);
  }
  return within;
}

function waitingTimers(instanceId: string): Promise<WorkflowTimerRecord[]> {
  return WorkflowTimer.find({ instanceId, status: "waiting" }).lean<WorkflowTimerRecord[]>();
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
