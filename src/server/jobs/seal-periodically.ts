import type { App } from "../command-context.ts";
import { sealAuditEvents } from "../commands/audit/seal-audit-events.ts";
import { runCommand, systemCaller } from "../run-command.ts";

const pauseMs = 1_000;

/** Seals committed audit events within two seconds, on every node: whoever commits first has sealed them. */
export function sealPeriodically(app: App): { stop(): Promise<void> } {
  let stopped = false;
  let under: Promise<void> = Promise.resolve();
  const round = async () => {
    try {
      while (!stopped && (await runCommand(app, systemCaller("seal"), sealAuditEvents)) > 0);
    } catch (error) {
      if (!stopped)
        app.log.warn(
          { kind: error instanceof Error ? error.name : "unknown" },
          "sealing waits for its next turn",
        );
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
