import "../models/all.ts";
import pino from "pino";
import type { App } from "../server/command-context.ts";
import { openDatabase } from "../server/database.ts";
import { readEnv } from "../server/env.ts";
import { makeApp } from "../server/make-app.ts";
import { migrate } from "../server/migrate.ts";
import { systemClock } from "../shared/clock.ts";

/**
 * Runs `work` on the platform's database without serving it: `uri` names one, otherwise `MONGODB_URI`, otherwise the
 * embedded database in `DATA_DIR` (its server must be stopped, or be named by its uri).
 */
export async function withApp<Result>(
  uri: string | undefined,
  work: (app: App) => Promise<Result>,
): Promise<Result> {
  const env = { ...readEnv(), ...(uri === undefined ? {} : { MONGODB_URI: uri }) };
  const database = await openDatabase(env);
  try {
    await migrate(systemClock);
    const app = await makeApp(env, { log: pino({ level: "error", base: null }) });
    return await work(app);
  } finally {
    await database.close();
  }
}

/** The value of `--name value`; undefined without it. */
export function optionOf(args: readonly string[], name: string): string | undefined {
  const index = args.indexOf(name);
  return index < 0 ? undefined : args[index + 1];
}
