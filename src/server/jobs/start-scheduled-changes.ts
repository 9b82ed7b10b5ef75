import { ApplicationModel } from "../../models/application.ts";
import type { App } from "../command-context.ts";
import { startScheduledChange } from "../commands/organization-changes/start-scheduled-change.ts";
import { runCommand, systemCaller } from "../run-command.ts";
import { repeat } from "./repeat.ts";
import { releaseSweep, takeSweep } from "./sweep-lease.ts";

const sweepId = "scheduled-changes";
/** Between the end of a round and the start of the next: who waits for other people's work waits no minute longer. */
const restMs = 60_000;
const pauseMs = 10_000;
const pageRows = 50;

/**
 * One turn of the walk over scheduled changes of organizations (ORG-10): at most one page, under a lease so that nodes
 * take turns, each in a transaction of its own that looks again. Returns how many were started or given up; the next
 * turn, on any node, goes on where this one stopped.
 */
export async function startScheduledChanges(app: App): Promise<number> {
  const sweep = await takeSweep(app, sweepId);
  if (sweep === null) return 0;
  let { cursor } = sweep;
  let moved = 0;
  try {
    const last = typeof cursor?.["last"] === "string" ? cursor["last"] : "";
    const waiting = await ApplicationModel.find({ status: "scheduled", _id: { $gt: last } }, { _id: 1 })
      .sort({ _id: 1 })
      .limit(pageRows)
      .lean();
    for (const { _id } of waiting) moved += await attempt(app, _id);
    cursor = waiting.length < pageRows ? null : { last: waiting.at(-1)?._id };
  } finally {
    await releaseSweep(app, sweepId, { cursor, restMs: cursor === null ? restMs : 0 });
  }
  return moved;
}

/** Starts scheduled changes on every node in turns. */
export function startScheduledPeriodically(app: App): { stop(): Promise<void> } {
  return repeat(async () => {
    try {
      await startScheduledChanges(app);
    } catch (error) {
      const kind = error instanceof Error ? error.name : "unknown";
      app.log.warn({ kind }, "scheduled changes wait for their next turn");
    }
    return pauseMs;
  }, pauseMs);
}

async function attempt(app: App, applicationId: string): Promise<number> {
  try {
    const started = await runCommand(app, systemCaller("scheduled-changes"), (ctx) =>
      startScheduledChange(ctx, applicationId),
    );
    return started ? 1 : 0;
  } catch (error) {
    // One that cannot be started now does not hold up the others.
    const kind = error instanceof Error ? error.name : "unknown";
    app.log.error({ kind, applicationId }, "a scheduled change could not be started; it is tried again");
    return 0;
  }
}
