import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pino, { type Logger } from "pino";
import { type Clock, systemClock } from "../shared/clock.ts";
import { projectRoot } from "../shared/project-root.ts";
import type { LoadedPack } from "../rules/load-packs.ts";
import type { App, PhoneMessenger } from "./command-context.ts";
import { enqueueFollowing } from "./commands/policies/follow-policy.ts";
import type { Env } from "./env.ts";
import { JobBell } from "./job-bell.ts";
import { BrowserPool } from "./printing/browser-pool.ts";
import { PackRegistry, registerShippedPacks, shippedPackTexts } from "./pack-registry.ts";
import { runCommand, systemCaller } from "./run-command.ts";
import { loadSecrets } from "./secrets.ts";
import { makeWorkflowRuntime } from "./workflow-runtime.ts";
import { serviceCommands } from "./workflow-services.ts";

/** What tests and the demonstration put in place of the real thing. */
export interface AppOverrides {
  clock?: Clock;
  phone?: PhoneMessenger;
  log?: Logger;
  /** false: a test with a clock of its own fires timers and reminders when it wants to (`fireWhatIsDue`) */
  firesTimers?: boolean;
}

/** Makes the parts that every request shares. The database is connected and migrated before. */
export async function makeApp(env: Env, overrides: AppOverrides = {}): Promise<App> {
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? pino({ level: env.LOG_LEVEL, base: null });
  const shipped = shippedPackTexts();
  // They are recorded first, so that every trace finds its version.
  const replacing = await registerShippedPacks(shipped, clock.now());
  const policies = new PackRegistry(shipped.map(({ loaded }) => loaded));
  await policies.refresh();
  const app: App = {
    env,
    clock,
    log,
    policies,
    get packs() {
      return policies.current;
    },
    secrets: await loadSecrets(env),
    workflow: await makeWorkflowRuntime(() => policies.current, clock),
    jobBell: new JobBell(),
    printer: new BrowserPool({
      executablePath: env.PUPPETEER_EXECUTABLE_PATH,
      onWarning: (message) => log.warn(message),
    }),
    phone: overrides.phone ?? logMessenger(log),
    services: serviceCommands,
    nodeId: randomUUID(),
    isDemonstration: false,
    version: packageVersion(),
  };
  if (replacing.length > 0) await followRelease(app, replacing);
  return app;
}

/** A release that brings changed packs is a change of policy like any other (REQ-08). */
async function followRelease(app: App, replacing: readonly LoadedPack[]): Promise<void> {
  await runCommand(app, systemCaller("release"), async (ctx) => {
    for (const loaded of replacing) await enqueueFollowing(ctx, loaded);
  });
}

/** Stands in for a text-message provider. It says once aloud that texts are not sent, never to whom or what. */
function logMessenger(log: Logger): PhoneMessenger {
  let said = false;
  return {
    async send() {
      log[said ? "debug" : "warn"]("no text-message provider is configured: texts are not sent");
      said = true;
    },
  };
}

function packageVersion(): string {
  const text = readFileSync(join(projectRoot(), "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
