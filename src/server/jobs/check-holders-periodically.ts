import type { App } from "../command-context.ts";
import { checkHolders } from "./check-holders.ts";

const pauseMs = 10_000;
/** A turn of this many pages takes some hundred milliseconds; a province's round takes minutes. */
const pagesATurn = 50;

/** Checks bit by bit, on every node in turns, that each open instance has a holder who can act (FLW-10). */
export function checkHoldersPeriodically(app: App): { stop(): Promise<void> } {
  let stopped = false;
  let under: Promise<void> = Promise.resolve();
  const round = async () => {
    try {
      await checkHolders(app, { pages: pagesATurn });
    } catch (error) {
      const kind = error instanceof Error ? error.name : "unknown";
      if (!stopped) app.log.warn({ kind }, "the check of holders waits for its next turn");
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
