import type { App } from "../command-context.ts";
import { removeUnusedFiles } from "../commands/platform/remove-unused-files.ts";

const pauseMs = 3_600_000;

/** Removes uploads that nothing has used for a day: once an hour, on every node, which is safe (REG-29). */
export function tidyPeriodically(app: App): { stop(): Promise<void> } {
  let stopped = false;
  let under: Promise<void> = Promise.resolve();
  const round = async () => {
    try {
      while (!stopped && (await removeUnusedFiles(app)) > 0);
    } catch (error) {
      const kind = error instanceof Error ? error.name : "unknown";
      if (!stopped) app.log.warn({ kind }, "removing unused files waits for its next turn");
    }
  };
  const timer = setInterval(() => {
    under = round();
  }, pauseMs);
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await under;
    },
  };
}
