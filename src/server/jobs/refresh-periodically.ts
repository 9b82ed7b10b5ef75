import type { App } from "../command-context.ts";

const pauseMs = 2_000;

/** Takes over rule packs and process definitions that were published on another node, within seconds. */
export function refreshPeriodically(app: App): { stop(): Promise<void> } {
  let stopped = false;
  let under: Promise<void> = Promise.resolve();
  const attempt = async (what: string, refresh: () => Promise<void>) => {
    try {
      await refresh();
    } catch (error) {
      // The node goes on with what it has; something that it cannot read is for its operator to see.
      const kind = error instanceof Error ? error.name : "unknown";
      if (!stopped) app.log.error({ kind, what }, "what was published could not be taken over");
    }
  };
  const round = async () => {
    await attempt("rule packs", () => app.policies.refresh());
    await attempt("process definitions", () => app.workflow.definitions.refresh());
    if (!stopped) timer = setTimeout(start, pauseMs);
  };
  const start = () => {
    under = round();
  };
  let timer = setTimeout(start, pauseMs);
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await under;
    },
  };
}
