import "../models/all.ts";
import { existsSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import type { App } from "../server/command-context.ts";
import { type Database, openDatabase } from "../server/database.ts";
import { type Env, readEnv } from "../server/env.ts";
import { makeApp } from "../server/make-app.ts";
import { migrate } from "../server/migrate.ts";
import { systemClock } from "../shared/clock.ts";

/**
 * The platform's database as it is: `uri` names one, otherwise `MONGODB_URI`, otherwise the embedded database in
 * `DATA_DIR` (its server must be stopped, or be named by its uri). One that was never made is an error: an empty one in
 * its place would look as if all were well. `makes`: it is made, for what it holds from the first is wanted.
 */
export async function openStored(
  uri: string | undefined,
  { makes = false } = {},
): Promise<{ database: Database; env: Env }> {
  const env = { ...readEnv(), ...(uri === undefined ? {} : { MONGODB_URI: uri }) };
  const folder = join(env.DATA_DIR, "database");
  if (!makes && env.MONGODB_URI === undefined && !existsSync(join(folder, "data.lmdb")))
    throw new Error(`没有数据库 There is no database in ${folder} (DATA_DIR)`);
  return { database: await openDatabase(env), env };
}

/** Runs `work` on the platform's database without serving it; `makes` as in `openStored`. */
export async function withApp<Result>(
  uri: string | undefined,
  work: (app: App) => Promise<Result>,
  options: { makes?: boolean } = {},
): Promise<Result> {
  const { database, env } = await openStored(uri, options);
  try {
    await migrate(systemClock);
    const app = await makeApp(env, { log: pino({ level: "error", base: null }) });
    return await work(app);
  } finally {
    await database.close();
  }
}
