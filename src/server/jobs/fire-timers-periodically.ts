import { findDueReminders } from "../../workflows/runtime/reminders.ts";
import { claimDueTimers } from "../../workflows/runtime/timers.ts";
import type { App } from "../command-context.ts";
import { fireWorkflowTimer } from "../commands/workflow/fire-timer.ts";
import { remindHolder } from "../commands/workflow/remind-holder.ts";
import { runCommand, systemCaller } from "../run-command.ts";
import { repeat } from "./repeat.ts";

const usualPauseMs = 5_000;
const timersAtOnce = 20;
const remindersAtOnce = 100;

/**
 * Fires the timers of diagrams and sends reminders when they fall due (FLW-11, TRF-12), on every node: a timer is
 * claimed by lease, a reminder taken in the transaction that sends it, so that each happens once, and what a node died
 * with comes back.
 */
export function fireTimersPeriodically(app: App, pauseMs = usualPauseMs): { stop(): Promise<void> } {
  return repeat(async (isStopped) => {
    try {
      while (!isStopped() && (await fireWhatIsDue(app)) > 0);
    } catch (error) {
      const kind = error instanceof Error ? error.name : "unknown";
      if (!isStopped()) app.log.warn({ kind }, "timers wait for their next turn");
    }
    return pauseMs;
  }, pauseMs);
}

/** One turn; how many timers fired and reminders were sent. One that fails does not hold up the others. */
export async function fireWhatIsDue(app: App): Promise<number> {
  let done = 0;
  for (const timer of await claimDueTimers(app, { owner: app.nodeId, limit: timersAtOnce }))
    done += await attempt(app, timer.instanceId, () =>
      runCommand(app, systemCaller("timers"), (ctx) => fireWorkflowTimer(ctx, timer)),
    );
  for (const task of await findDueReminders(app, remindersAtOnce))
    done += await attempt(app, task.instanceId, () =>
      runCommand(app, systemCaller("reminders"), (ctx) => remindHolder(ctx, task)),
    );
  return done;
}

async function attempt(app: App, instanceId: string, work: () => Promise<boolean>): Promise<number> {
  try {
    return (await work()) ? 1 : 0;
  } catch (error) {
    const kind = error instanceof Error ? error.name : "unknown";
    app.log.error({ kind, instanceId }, "a timer or reminder failed; it is tried again");
    return 0;
  }
}
