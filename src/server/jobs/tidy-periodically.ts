import type { App } from "../command-context.ts";
import { removeExpiredDrafts } from "../commands/drafts/remove-expired-drafts.ts";
import { removeUnusedFiles } from "../commands/platform/remove-unused-files.ts";
import { removeExpiredRegistrationDrafts } from "../commands/registration-drafts/remove-expired-registration-drafts.ts";
import { removeExpiredUploads } from "../commands/uploads/remove-expired-uploads.ts";
import { repeat } from "./repeat.ts";

const pauseMs = 3_600_000;
const removals = [
  removeExpiredDrafts,
  removeExpiredRegistrationDrafts,
  removeExpiredUploads,
  removeUnusedFiles,
];

/**
 * Removes drafts and unfinished uploads that have expired, and files that nothing has used for a day: once an hour, on
 * every node, which is safe (REG-29).
 */
export function tidyPeriodically(app: App): { stop(): Promise<void> } {
  return repeat(async (isStopped) => {
    try {
      for (const remove of removals) while (!isStopped() && (await remove(app)) > 0);
    } catch (error) {
      const kind = error instanceof Error ? error.name : "unknown";
      if (!isStopped()) app.log.warn({ kind }, "removing unused files waits for its next turn");
    }
    return pauseMs;
  }, pauseMs);
}
