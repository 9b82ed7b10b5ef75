import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { previewInstanceMoves as contract } from "../../../shared/contracts/workflow-definitions.ts";
import { type MovePreview, previewMove } from "../../../workflows/runtime/move.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireAnyModule } from "../../permissions/scope.ts";
import { workflowContext } from "../../workflow-runtime.ts";
import { loadVersion } from "./get-definition-version.ts";

/** A running instance, and whether it can go on under the other version. */
export interface MoveCandidate {
  instance: WorkflowInstanceRecord;
  /** open ones, or the last */
  tasks: WorkflowTaskRecord[];
  preview: MovePreview;
}

export interface MoveCandidates {
  rows: MoveCandidate[];
  next: string | null;
}

/**
 * A page of the running instances of one version, each replayed under another (FLW-12). Writes nothing. By id, so that
 * a page costs the same however many there are.
 */
export async function previewInstanceMoves(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<MoveCandidates> {
  requireAnyModule(requireActor(ctx), ["workflow:design", "workflow:operate"]);
  const from = await loadVersion(input.key, input.fromVersion);
  const to = await loadVersion(input.key, input.toVersion);
  const target = await ctx.app.workflow.definitions.byHash(to.hash);
  const instances = await WorkflowInstance.find({
    definitionHash: from.hash,
    status: "running",
    ...(input.after === undefined ? {} : { _id: { $gt: input.after } }),
  })
    .sort({ _id: 1 })
    .limit(input.limit + 1)
    .lean<WorkflowInstanceRecord[]>();
  const page = instances.slice(0, input.limit);
  const tasks = await tasksOf(page.map(({ _id }) => _id));
  const rows: MoveCandidate[] = [];
  for (const instance of page) {
    const preview = await previewMove(workflowContext(ctx), instance, target);
    rows.push({ instance, tasks: tasks.get(instance._id) ?? [], preview });
    // A path that nobody has asked for before is replayed in this thread: others get their turn in between.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { rows, next: instances.length > page.length ? (page.at(-1)?._id ?? null) : null };
}

async function tasksOf(instanceIds: readonly string[]): Promise<Map<string, WorkflowTaskRecord[]>> {
  const open = { instanceId: { $in: [...instanceIds] }, status: "open" as const };
  const tasks = await WorkflowTask.find(open).lean<WorkflowTaskRecord[]>();
  const byInstance = new Map<string, WorkflowTaskRecord[]>();
  for (const task of tasks)
    byInstance.set(task.instanceId, [...(byInstance.get(task.instanceId) ?? []), task]);
  return byInstance;
}
