import type { App } from "../command-context.ts";
import { checkHolders } from "./check-holders.ts";
import { repeat } from "./repeat.ts";

/** Between the turns of a round: a province's 20,000 holders take some ten minutes, and others get their turns. */
const turnPauseMs = 1_000;
/** Until the next look whether a round is due. */
const roundPauseMs = 10_000;
const pagesATurn = 50;

/** Checks bit by bit, on every node in turns, that each open instance has a holder who can act (FLW-10). */
export function checkHoldersPeriodically(app: App, firstPauseMs = roundPauseMs): { stop(): Promise<void> } {
  return repeat(async () => {
    try {
      const { rested, finished } = await checkHolders(app, { pages: pagesATurn });
      return rested || finished ? roundPauseMs : turnPauseMs;
    } catch (error) {
      const kind = error instanceof Error ? error.name : "unknown";
      app.log.warn({ kind }, "the check of holders waits for its next turn");
      return roundPauseMs;
    }
  }, firstPauseMs);
}
