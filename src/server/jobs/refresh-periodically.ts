import type { App } from "../command-context.ts";

const pauseMs = 2_000;

/** Takes over rule packs that were published on another node, within seconds. */
export function refreshPeriodically(app: App): { stop(): Promise<void> } {
  let stopped = false;
  let under: Promise<void> = Promise.resolve();
  const round = async () => {
    try {
      await app.policies.refresh();
    } catch (error) {
      // The node goes on with the packs that it has; a pack that it cannot read is for its operator to see.
      const kind = error instanceof Error ? error.name : "unknown";
      if (!stopped) app.log.error({ kind }, "published rule packs could not be taken over");
    }
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
