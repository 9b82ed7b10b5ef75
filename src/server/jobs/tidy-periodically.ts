import type { App } from "../command-context.ts";
import { removeExpiredDrafts } from "../commands/drafts/remove-expired-drafts.ts";
import { removeUnusedFiles } from "../commands/platform/remove-unused-files.ts";
import { removeExpiredRegistrationDrafts } from "../commands/registration-drafts/remove-expired-registration-drafts.ts";
import { repeat } from "./repeat.ts";

const pauseMs = 3_600_000;

/** Removes drafts that have expired, and uploads that nothing has used for a day: once an hour, on every node, which is safe (REG-29). */
export function tidyPeriodically(app: App): { stop(): Promise<void> } {
  return repeat(async (isStopped) => {
    try {
      while (!isStopped() && (await removeExpiredDrafts(app)) > 0);
      while (!isStopped() && (await removeExpiredRegistrationDrafts(app)) > 0);
      while (!isStopped() && (await removeUnusedFiles(app)) > 0);
    } catch (error) {
      const kind = error instanceof Error ? error.name : "unknown";
      if (!isStopped()) app.log.warn({ kind }, "removing unused files waits for its next turn");
    }
    return pauseMs;
  }, pauseMs);
}
