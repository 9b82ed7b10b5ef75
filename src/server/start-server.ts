import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:http";
import mongoose from "mongoose";
import { AccountModel } from "../models/account.ts";
import { systemClock } from "../shared/clock.ts";
import { buildKoa } from "./app.ts";
import type { App } from "./command-context.ts";
import { type Database, openDatabase } from "./database.ts";
import type { Env } from "./env.ts";
import { refuseUnreadable } from "./http/unreadable-request.ts";
import { jobHandlers } from "./jobs/job-handlers.ts";
import { startJobs } from "./jobs/run-jobs.ts";
import { checkHoldersPeriodically } from "./jobs/check-holders-periodically.ts";
import { fireTimersPeriodically } from "./jobs/fire-timers-periodically.ts";
import { refreshPeriodically } from "./jobs/refresh-periodically.ts";
import { sealPeriodically } from "./jobs/seal-periodically.ts";
import { startScheduledPeriodically } from "./jobs/start-scheduled-changes.ts";
import { tidyPeriodically } from "./jobs/tidy-periodically.ts";
import { type AppOverrides, makeApp } from "./make-app.ts";
import { migrate } from "./migrate.ts";
import { ensureOperator } from "./seeds/ensure-operator.ts";
import { demonstrationAccounts, fillDemonstration, isFilledInPart } from "./seeds/fill-demonstration.ts";

export interface RunningServer {
  url: string;
  databaseUri: string;
  app: App;
  /** what the first start made, to be shown once */
  firstStart: { operator: { idNumber: string; password: string } | null };
  /** demonstration accounts, when the database holds the demonstration province */
  accounts: readonly { roleName: string; name: string; idNumber: string; password: string }[];
  close(): Promise<void>;
}

/** Starts everything: database, migrations, first data, jobs, HTTP. `close` stops it in the opposite order. */
export async function startServer(env: Env, overrides: AppOverrides = {}): Promise<RunningServer> {
  const database = await openDatabase(env);
  try {
    if (database.embedded && (await isFilledInPart())) await mongoose.connection.dropDatabase();
    await migrate(overrides.clock ?? systemClock);
    const app = await makeApp(env, overrides);
    const firstStart = await firstData(app, mayDemonstrate(env, database));
    app.isDemonstration = firstStart.accounts.length > 0;
    return await listen(app, firstStart, { database, firesTimers: overrides.firesTimers ?? true });
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Only an embedded database is filled; a real one only by the tests that run on it. */
function mayDemonstrate(env: Env, database: Database): boolean {
  return env.DEMONSTRATION && (database.embedded || env.NODE_ENV === "test");
}

type FirstStart = RunningServer["firstStart"] & Pick<RunningServer, "accounts">;

async function firstData(app: App, demonstration: boolean): Promise<FirstStart> {
  const empty = (await AccountModel.exists({})) === null;
  if (demonstration && empty) await fillDemonstration(app);
  const accounts = demonstration ? await demonstrationAccounts(app) : [];
  const operator = empty && !demonstration ? await ensureOperator(app) : null;
  return { operator, accounts };
}

async function listen(
  app: App,
  firstStart: FirstStart,
  { database, firesTimers }: { database: Database; firesTimers: boolean },
): Promise<RunningServer> {
  let stopping = false;
  const koa = buildKoa(app, () => stopping);
  const server = createServer(koa.callback());
  // Slow senders do not hold sockets for ever.
  server.requestTimeout = 120_000;
  server.headersTimeout = 20_000;
  server.on("clientError", refuseUnreadable);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(asStartProblem(error, app.env)));
    server.listen(app.env.PORT, app.env.HOST, resolve);
  });
  const background = startBackground(app, firesTimers);
  const { port } = server.address() as AddressInfo;
  const host = app.env.HOST === "0.0.0.0" || app.env.HOST === "127.0.0.1" ? "localhost" : app.env.HOST;
  return {
    url: `http://${host}:${port}`,
    databaseUri: database.uri,
    app,
    firstStart: { operator: firstStart.operator },
    accounts: firstStart.accounts,
    async close() {
      stopping = true;
      await closeHttp(server);
      await background.stop();
      await app.printer.close();
      await database.close();
    },
  };
}

/** Why it cannot listen, in words that name the setting to change. */
function asStartProblem(error: Error & { code?: string }, { HOST, PORT }: Env): Error {
  const place = `${HOST}:${PORT} (HOST, PORT)`;
  if (error.code === "EADDRINUSE")
    return new Error(`端口已被占用 The port is in use: ${place}. Choose another: PORT=3001 npm start`);
  if (error.code === "EACCES" || error.code === "EADDRNOTAVAIL")
    return new Error(`无法监听 Cannot listen on ${place}: ${error.message}`);
  return error;
}

/** What a node does beside answering requests. */
function startBackground(app: App, firesTimers: boolean): { stop(): Promise<void> } {
  const workers = [
    startJobs(app, jobHandlers),
    sealPeriodically(app),
    refreshPeriodically(app),
    tidyPeriodically(app),
    ...(firesTimers
      ? [fireTimersPeriodically(app), checkHoldersPeriodically(app), startScheduledPeriodically(app)]
      : []),
  ];
  return {
    async stop() {
      for (const worker of workers) await worker.stop();
    },
  };
}

/** Lets requests under way finish, for at most ten seconds. */
async function closeHttp(server: Server): Promise<void> {
  const force = setTimeout(() => server.closeAllConnections(), 10_000);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(force);
}
