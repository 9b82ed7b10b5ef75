import pino from "pino";
import { parseEnv } from "../../src/server/env.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";

/** The platform as an installation with these settings starts it, on any free port. */
export function start(settings: Record<string, string>): Promise<RunningServer> {
  const env = parseEnv({ NODE_ENV: "test", PORT: "0", LOG_LEVEL: "error", ...settings });
  return startServer(env, { log: pino({ level: "error" }), firesTimers: false });
}
