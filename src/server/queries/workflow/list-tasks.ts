import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listTasks as contract } from "../../../shared/contracts/workflow.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { countedRows, type Page, pageFrom } from "../page.ts";
import { boxFilter, indexFor, newestFirst, type TaskSearch } from "./box-filter.ts";
import { type TaskRow, taskRows } from "./task-rows.ts";

type Input = TaskSearch & Pick<InputOf<typeof contract>, "page" | "pageSize">;

/**
 * 待办 (all years unless one is asked for, APR-09), 已办, 我发起的. Newest first; one page and a bounded count, whatever
 * the list's length (NFR-01).
 */
export async function listTasks(ctx: CommandContext, input: Input): Promise<Page<TaskRow>> {
  if (input.box === "started") return await startedTasks(ctx, input);
  const filter = await boxFilter(ctx, input);
  const index = indexFor(input);
  const tasks = await WorkflowTask.find(filter, null, index)
    .sort(newestFirst(input))
    .skip((input.page - 1) * input.pageSize)
    .limit(input.pageSize)
    .lean<WorkflowTaskRecord[]>();
  const counted = await countOf(tasks.length, input, () =>
    WorkflowTask.countDocuments(filter, index).limit(countedRows + 1),
  );
  return pageFrom(await taskRows(ctx, tasks), counted, input);
}

/** A page that is not full is the last one: then the count is known without counting. */
async function countOf(
  found: number,
  { page, pageSize }: Input,
  count: () => PromiseLike<number>,
): Promise<number> {
  const isLast = found < pageSize && (found > 0 || page === 1);
  return isLast ? (page - 1) * pageSize + found : await count();
}

async function startedTasks(ctx: CommandContext, input: Input): Promise<Page<TaskRow>> {
  const { processKey, year, page, pageSize } = input;
  const filter = {
    "startedBy.accountId": requireActor(ctx).accountId,
    ...(processKey === undefined ? {} : { processKey }),
    ...(year === undefined ? {} : { year }),
  };
  const instances = await WorkflowInstance.find(filter, { _id: 1 })
    .sort({ startedAt: -1 })
    .skip((page - 1) * pageSize)
    .limit(pageSize)
    .lean<Pick<WorkflowInstanceRecord, "_id">[]>();
  const counted = await countOf(instances.length, input, () =>
    WorkflowInstance.countDocuments(filter).limit(countedRows + 1),
  );
  const current = await currentTasks(instances.map(({ _id }) => _id));
  return pageFrom(await taskRows(ctx, current), counted, input);
}

/** Where each instance stands: its open task, or the last one that it had. */
async function currentTasks(instanceIds: readonly string[]): Promise<WorkflowTaskRecord[]> {
  const tasks = await WorkflowTask.find({ instanceId: { $in: [...instanceIds] } })
    .sort({ createdAt: 1 })
    .lean<WorkflowTaskRecord[]>();
  const current = new Map<string, WorkflowTaskRecord>();
  for (const task of tasks) {
    if (current.get(task.instanceId)?.status !== "open") current.set(task.instanceId, task);
  }
  return instanceIds.flatMap((id) => current.get(id) ?? []);
}
