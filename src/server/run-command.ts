import mongoose, { type Model } from "mongoose";
import { type Job, JobModel } from "../models/job.ts";
import { witnessed } from "../rules/engine-witness.ts";
import { AppError } from "../shared/app-error.ts";
import { newId } from "../shared/ids.ts";
import type { Actor, App, CommandContext, PendingInserts } from "./command-context.ts";
import { insertPending } from "./insert-later.ts";
import { awaitedKinds } from "./job-bell.ts";

// One setting for the process: every Mongoose call inside `transaction()` joins it without being told (style rule 4).
mongoose.set("transactionAsyncLocalStorage", true);

/** Who asks, and where from. */
export interface Caller {
  actor: Actor | null;
  requestId: string;
  address: string;
  loopback: boolean;
}

/** The caller of jobs, seeds and the command line. */
export function systemCaller(requestId: string): Caller {
  return { actor: null, requestId, address: "local", loopback: true };
}

/** Who called, for the transactions that an orchestration opens itself. */
export function callerOf(ctx: CommandContext): Caller {
  return { actor: ctx.actor, requestId: ctx.requestId, address: ctx.address, loopback: ctx.loopback };
}

/** A context without a transaction: for queries, and for commands that open several (`runCommand` inside). */
export function makeContext(app: App, caller: Caller): CommandContext {
  return {
    app,
    ...caller,
    clock: app.clock,
    workflow: app.workflow,
    newId: () => newId(app.clock.now()),
    pendingInserts: null,
  };
}

/**
 * Runs one command in one transaction: the only place that opens one. The driver retries it when another writer
 * was faster, so a command has no side effects but its writes (style rule 5); a writer that still loses is a 409.
 * Rules that it asked are run by json-rules-engine before the commit (docs/decisions/0009).
 */
export async function runCommand<Result>(
  app: App,
  caller: Caller,
  command: (ctx: CommandContext) => Promise<Result>,
): Promise<Result> {
  let isAwaited = false;
  try {
    const result = await mongoose.connection.transaction(async () => {
      const pendingInserts: PendingInserts = new Map();
      const context = { ...makeContext(app, caller), pendingInserts };
      const done = await witnessed(() => command(context));
      const jobs = pendingInserts.get(JobModel as unknown as Model<never>) ?? [];
      isAwaited = (jobs as Job[]).some(({ kind }) => awaitedKinds.has(kind));
      await insertPending(context);
      return done;
    });
    if (isAwaited) app.jobBell.ring();
    return result;
  } catch (error) {
    throw asConflict(error);
  }
}

/** Losing an optimistic-concurrency race, or a unique index, is the user's 409, not a 500. */
function asConflict(error: unknown): unknown {
  if (error instanceof mongoose.Error.VersionError) return new AppError("request.conflict");
  if (isDuplicateKey(error)) return new AppError("request.conflict");
  return error;
}

/** True for MongoDB's duplicate-key error; with a name, only for that index. */
export function isDuplicateKey(error: unknown, indexName?: string): boolean {
  if (typeof error !== "object" || error === null || !("code" in error) || error.code !== 11000) return false;
  return indexName === undefined || (error instanceof Error && error.message.includes(indexName));
}
