import { WorkflowTask } from "../../../models/workflow-task.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { isoDate } from "../../../shared/dates.ts";
import { countedRows } from "../page.ts";
import { type ApprovalLimit, closingFor } from "./approval-limit.ts";
import { type TaskFilter, todoFilter } from "./todo-filter.ts";

export interface TaskCounts {
  total: number;
  /** false when a group has more than can be counted in passing */
  totalIsExact: boolean;
  groups: TaskGroup[];
}

interface TaskGroup {
  processKey: string;
  year: number | null;
  count: number;
  /** once the closing of the year is told of (PST-05): its last day of approvals, and how many that day is for */
  approvalLimit: (ApprovalLimit & { count: number }) | null;
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
    groups.push(...(await groupsOf(ctx, { ...box, processKey }, processKey)));
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

async function groupsOf(ctx: CommandContext, filter: TaskFilter, processKey: string): Promise<TaskGroup[]> {
  const groups: TaskGroup[] = [];
  let next = await yearBefore(filter, null);
  while (next !== null) {
    const ofYear = { ...filter, year: next };
    const limit = await limitOf(ctx, ofYear, { processKey, year: next });
    groups.push({ processKey, year: next, count: await countUpTo(ofYear), approvalLimit: limit });
    next = await yearBefore(filter, next);
  }
  const count = await countUpTo({ ...filter, year: null });
  return count === 0 ? groups : [...groups, { processKey, year: null, count, approvalLimit: null }];
}

/** Reviews of a year that would miss its last day of approvals, or have; what is a 补报 has none. */
async function limitOf(
  ctx: CommandContext,
  filter: TaskFilter,
  group: { processKey: string; year: number },
): Promise<TaskGroup["approvalLimit"]> {
  const closing = closingFor(ctx.app.packs, group);
  const today = isoDate(ctx.clock.now());
  const lastDay = closing?.lastApprovalDay ?? null;
  if (closing === null || lastDay === null || today < closing.shownFrom) return null;
  const bound = { ...filter, makeUp: { $ne: true as const }, $and: [{ module: { $ne: null } }] };
  const count = Math.min(await countUpTo(bound), countedRows);
  return count === 0 ? null : { lastDay, isOver: today > lastDay, count };
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
