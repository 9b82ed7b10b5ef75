import { WorkflowTask } from "../../../models/workflow-task.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { countedRows } from "../page.ts";
import { type TaskFilter, todoFilter } from "./todo-filter.ts";

export interface TaskCounts {
  total: number;
  /** false when a group has more than can be counted in passing */
  totalIsExact: boolean;
  groups: { processKey: string; year: number | null; count: number }[];
}

/**
 * Counts of the to-do box by process and year; each opens a list with exactly these items (NAV-09, APR-09). No full
 * count: groups are found by jumping along the index and counted to a limit (NFR-01).
 */
export async function countTasks(ctx: CommandContext): Promise<TaskCounts> {
  const box = todoFilter(requireActor(ctx));
  const groups: TaskCounts["groups"] = [];
  let processKey = await processAfter(box, "");
  while (processKey !== null) {
    groups.push(...(await groupsOf({ ...box, processKey }, processKey)));
    processKey = await processAfter(box, processKey);
  }
  return {
    total: groups.reduce((sum, { count }) => sum + Math.min(count, countedRows), 0),
    totalIsExact: groups.every(({ count }) => count <= countedRows),
    groups: groups.map((group) => ({ ...group, count: Math.min(group.count, countedRows) })),
  };
}

/** The next process, in the index's order, that has an open task; null when there is none. */
async function processAfter(box: TaskFilter, processKey: string): Promise<string | null> {
  const [next] = await WorkflowTask.find({ ...box, processKey: { $gt: processKey } }, { processKey: 1 })
    .sort({ processKey: 1 })
    .limit(1)
    .lean<{ processKey: string }[]>();
  return next?.processKey ?? null;
}

async function groupsOf(filter: TaskFilter, processKey: string): Promise<TaskCounts["groups"]> {
  const groups: TaskCounts["groups"] = [];
  let next = await yearBefore(filter, null);
  while (next !== null) {
    groups.push({ processKey, year: next, count: await countUpTo({ ...filter, year: next }) });
    next = await yearBefore(filter, next);
  }
  const without = await countUpTo({ ...filter, year: null });
  return without === 0 ? groups : [...groups, { processKey, year: null, count: without }];
}

/** The latest year with an open task, or the latest before another; null when there is none. */
async function yearBefore(filter: TaskFilter, year: number | null): Promise<number | null> {
  const [latest] = await WorkflowTask.find({ ...filter, year: { $lt: year ?? 10_000 } }, { year: 1 })
    .sort({ year: -1 })
    .limit(1)
    .lean<{ year: number | null }[]>();
  return latest?.year ?? null;
}

function countUpTo(filter: TaskFilter): PromiseLike<number> {
  return WorkflowTask.countDocuments(filter).limit(countedRows + 1);
}
