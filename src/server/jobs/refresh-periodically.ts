import type { App } from "../command-context.ts";
import { repeat } from "./repeat.ts";

const pauseMs = 2_000;

/** Takes over rule packs and process definitions that were published on another node, within seconds. */
export function refreshPeriodically(app: App): { stop(): Promise<void> } {
  return repeat(async (isStopped) => {
    const attempt = async (what: string, refresh: () => Promise<void>) => {
      try {
        await refresh();
      } catch (error) {
        // The node goes on with what it has; something that it cannot read is for its operator to see.
        const kind = error instanceof Error ? error.name : "unknown";
        if (!isStopped()) app.log.error({ kind, what }, "what was published could not be taken over");
      }
    };
    await attempt("rule packs", () => app.policies.refresh());
    await attempt("process definitions", () => app.workflow.definitions.refresh());
    return pauseMs;
  }, pauseMs);
}
