import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listTasks as contract } from "../../../shared/contracts/workflow.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { containing, countedRows, type Page, pageFrom } from "../page.ts";
import { instanceOfNumber } from "./instance-of-number.ts";
import { type TaskRow, taskRows } from "./task-rows.ts";
import { holderId, rightsFilter, type TaskFilter, todoFilter } from "./todo-filter.ts";

type Input = InputOf<typeof contract>;

/**
 * 待办 (all years unless one is asked for, APR-09), 已办, 我发起的. Newest first; one page and a bounded count, whatever
 * the list's length (NFR-01).
 */
export async function listTasks(ctx: CommandContext, input: Input): Promise<Page<TaskRow>> {
  if (input.box === "started") return await startedTasks(ctx, input);
  const actor = requireActor(ctx);
  const isTodo = input.box === "todo";
  const box = isTodo ? todoFilter(actor) : doneFilter(actor, input);
  const filter = { ...narrowing(input), ...box, ...(await searching(input, box)) };
  const tasks = await WorkflowTask.find(filter)
    .sort(isTodo ? { createdAt: -1 } : { decidedAt: -1 })
    .skip((input.page - 1) * input.pageSize)
    .limit(input.pageSize)
    .lean<WorkflowTaskRecord[]>();
  const counted = await countOf(tasks.length, input, () =>
    WorkflowTask.countDocuments(filter).limit(countedRows + 1),
  );
  return pageFrom(await taskRows(ctx, tasks), counted, input);
}

/** What the actor's organization, or he himself, decided, without what he took out of his list (AUD-02, AUD-03). */
function doneFilter(actor: Actor, { outcome }: Input): TaskFilter {
  return {
    "candidate.id": holderId(actor),
    status: "decided",
    hiddenFor: { $ne: actor.accountId },
    ...rightsFilter(actor),
    ...(outcome === undefined ? {} : { outcome }),
  };
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

function narrowing({ processKey, year, origin, from, to }: Input): TaskFilter {
  const days = {
    ...(from === undefined ? {} : { $gte: new Date(`${from}T00:00:00+08:00`) }),
    ...(to === undefined ? {} : { $lte: new Date(`${to}T23:59:59.999+08:00`) }),
  };
  return {
    ...(Object.keys(days).length === 0 ? {} : { createdAt: days }),
    ...(processKey === undefined ? {} : { processKey }),
    ...(year === undefined ? {} : { year }),
    ...(origin === undefined ? {} : { origin: origin === "base" ? "base" : { $ne: "base" } }),
  };
}

/** Part of the applicant's name or of the title, or a whole number. */
async function searching({ q }: Input, box: TaskFilter): Promise<TaskFilter> {
  if (q === undefined || q === "") return {};
  if (/^[A-Z]{2}\d{8}-\d{6,}$/.test(q)) return { instanceId: (await instanceOfNumber(q)) ?? "" };
  const found: TaskFilter = { $or: [{ applicantName: containing(q) }, { title: containing(q) }] };
  return box.$or === undefined ? found : { $and: [{ $or: box.$or }, found] };
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
