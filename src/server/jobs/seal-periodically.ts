import type { App } from "../command-context.ts";
import { sealAuditEvents, sealBatchSize } from "../commands/audit/seal-audit-events.ts";
import { runCommand, systemCaller } from "../run-command.ts";
import { repeat } from "./repeat.ts";

const pauseMs = 1_000;

/**
 * Seals committed audit events within two seconds, on every node: whoever commits first has sealed them. Less than a
 * full batch waits for the next turn: on a busy node a transaction for the few events since the last one would cost as
 * much as a decision.
 */
export function sealPeriodically(app: App): { stop(): Promise<void> } {
  return repeat(async (isStopped) => {
    try {
      let sealed = sealBatchSize;
      while (!isStopped() && sealed === sealBatchSize)
        sealed = await runCommand(app, systemCaller("seal"), sealAuditEvents);
    } catch (error) {
      const kind = error instanceof Error ? error.name : "unknown";
      if (!isStopped()) app.log.warn({ kind }, "sealing waits for its next turn");
    }
    return pauseMs;
  }, pauseMs);
}
