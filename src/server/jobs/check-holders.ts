import { WorkflowInstance } from "../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../models/workflow-task.ts";
import { WorkflowTimer } from "../../models/workflow-timer.ts";
import { processes } from "../../workflows/catalogue.ts";
import type { App, CommandContext } from "../command-context.ts";
import { repairHolder, repairTasks } from "../commands/workflow/repair-holder.ts";
import { unheldTasks } from "../queries/workflow/unheld-tasks.ts";
import { runCommand, systemCaller } from "../run-command.ts";
import { releaseSweep, takeSweep } from "./sweep-lease.ts";

const sweepId = "workflow-holders";
/** Between the end of a round and the start of the next. */
const restMs = 10 * 60_000;
const pageRows = 300;

/** Where a round is: at open tasks, holder by holder, newest first; then at running instances, process by process. */
type Cursor =
  | { phase: "tasks"; holder: string; before: Date | null }
  | { phase: "instances"; process: number; before: Date | null };

/** What a turn did. `rested`: another node is at it, or the last round was a moment ago. */
export interface Turn {
  rested: boolean;
  pages: number;
  repaired: number;
  /** the round is over */
  finished: boolean;
}

/**
 * One turn of the check that every open instance has an open task whose holder exists, is active and may act: at most
 * `pages` pages, each through an index, under a lease so that nodes take turns; what it finds is repaired, each in a
 * transaction of its own. The next turn, on any node, goes on where this one stopped.
 */
export async function checkHolders(app: App, { pages }: { pages: number }): Promise<Turn> {
  const sweep = await takeSweep(app, sweepId);
  if (sweep === null) return { rested: true, pages: 0, repaired: 0, finished: false };
  let cursor: Cursor | null = (sweep.cursor as Cursor | null) ?? { phase: "tasks", holder: "", before: null };
  const turn: Turn = { rested: false, pages: 0, repaired: 0, finished: false };
  try {
    for (; turn.pages < pages && cursor !== null; turn.pages += 1) {
      const page: Page = cursor.phase === "tasks" ? await taskPage(cursor) : await instancePage(cursor);
      for (const repair of page.repairs) turn.repaired += await attempt(app, repair);
      cursor = page.next;
    }
    turn.finished = cursor === null;
  } finally {
    await releaseSweep(app, sweepId, { cursor, restMs: cursor === null ? restMs : 0 });
  }
  return turn;
}

type Repair = (ctx: CommandContext) => Promise<boolean>;

interface Page {
  repairs: readonly Repair[];
  next: Cursor | null;
}

async function taskPage(cursor: Cursor & { phase: "tasks" }): Promise<Page> {
  const { holder, before } = unfinished(cursor) ?? (await nextHolder(cursor.holder));
  if (holder === null) return { repairs: [], next: { phase: "instances", process: 0, before: null } };
  const tasks = await WorkflowTask.find({
    "candidate.id": holder,
    status: "open",
    ...(before === null ? {} : { createdAt: { $lte: before } }),
  })
    .sort({ createdAt: -1 })
    .limit(pageRows)
    .lean<WorkflowTaskRecord[]>();
  const unheld = await unheldTasks(tasks);
  return {
    repairs: unheld.map(
      ({ task }): Repair =>
        (ctx) =>
          repairHolder(ctx, task._id),
    ),
    next: { phase: "tasks", holder, before: after(tasks.map(({ createdAt }) => createdAt)) },
  };
}

/** A holder whose tasks are not all seen yet. */
function unfinished({
  holder,
  before,
}: Cursor & { phase: "tasks" }): { holder: string; before: Date } | null {
  return before === null ? null : { holder, before };
}

async function nextHolder(last: string): Promise<{ holder: string | null; before: null }> {
  const next = await WorkflowTask.findOne({ status: "open", "candidate.id": { $gt: last } }, { candidate: 1 })
    .sort({ "candidate.id": 1 })
    .lean<Pick<WorkflowTaskRecord, "candidate">>();
  return { holder: next?.candidate.id ?? null, before: null };
}

const processKeys = Object.keys(processes).toSorted();

async function instancePage(cursor: Cursor & { phase: "instances" }): Promise<Page> {
  const processKey = processKeys[cursor.process];
  if (processKey === undefined) return { repairs: [], next: null };
  const running = await WorkflowInstance.find(
    {
      status: "running",
      processKey,
      ...(cursor.before === null ? {} : { startedAt: { $lte: cursor.before } }),
    },
    { startedAt: 1 },
  )
    .sort({ startedAt: -1 })
    .limit(pageRows)
    .lean();
  const idle = await withoutRows(running.map(({ _id }) => _id));
  const before = after(running.map(({ startedAt }) => startedAt));
  return {
    repairs: idle.map(
      (instanceId): Repair =>
        (ctx) =>
          repairTasks(ctx, instanceId),
    ),
    next: { phase: "instances", process: before === null ? cursor.process + 1 : cursor.process, before },
  };
}

/** Those of some running instances that wait for no task and no timer. */
async function withoutRows(ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const instanceId = { $in: [...ids] };
  const tasks = await WorkflowTask.distinct("instanceId", { instanceId, status: "open" });
  const timers = await WorkflowTimer.distinct("instanceId", { instanceId, status: "waiting" });
  const busy = new Set([...tasks, ...timers]);
  return ids.filter((id) => !busy.has(id));
}

/**
 * Where the next page begins: at the moment of this page's last row, which may have others beside it; a page of one
 * moment only is left behind. Null when the page was the last.
 */
function after(moments: readonly Date[]): Date | null {
  const [first] = moments;
  const last = moments.at(-1);
  if (moments.length < pageRows || first === undefined || last === undefined) return null;
  return first.getTime() === last.getTime() ? new Date(last.getTime() - 1) : last;
}

async function attempt(app: App, repair: Repair): Promise<number> {
  try {
    return (await runCommand(app, systemCaller("holders"), repair)) ? 1 : 0;
  } catch (error) {
    // Somebody decided meanwhile, or a document is damaged: the next round looks again.
    const kind = error instanceof Error ? error.name : "unknown";
    app.log.warn({ kind }, "an item without a holder could not be repaired");
    return 0;
  }
}
