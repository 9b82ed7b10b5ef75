import type { App } from "../command-context.ts";
import { sealAuditEvents } from "../commands/audit/seal-audit-events.ts";
import { runCommand, systemCaller } from "../run-command.ts";
import { repeat } from "./repeat.ts";

const pauseMs = 1_000;

/** Seals committed audit events within two seconds, on every node: whoever commits first has sealed them. */
export function sealPeriodically(app: App): { stop(): Promise<void> } {
  return repeat(async (isStopped) => {
    try {
      while (!isStopped() && (await runCommand(app, systemCaller("seal"), sealAuditEvents)) > 0);
    } catch (error) {
      const kind = error instanceof Error ? error.name : "unknown";
      if (!isStopped()) app.log.warn({ kind }, "sealing waits for its next turn");
    }
    return pauseMs;
  }, pauseMs);
}
