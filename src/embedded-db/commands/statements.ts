import { type Doc, docOf, integer, isDoc, toNumber } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { Operation } from "../storage/transactions.ts";
import type { Command } from "./context.ts";
import { ConnectionCut, writeFault } from "./fail-points.ts";

const MAX_BATCH = 100_000;

/** What each statement gave, in their order; shorter when an error ended them. */
type Results = (Doc | DatabaseError)[];

/**
 * Runs the statements of a write command in order: each once however often the command is retried, and none after one
 * that failed unless the command says so.
 */
export async function runStatements<T>(
  command: Command,
  items: T[],
  statement: (operation: Operation, item: T) => Promise<Doc>,
): Promise<Results> {
  const { server, retry, transaction, deadline, body } = command;
  if (items.length === 0 || items.length > MAX_BATCH) {
    const message = `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${items.length} operations.`;
    throw new DatabaseError(16, message);
  }
  const operation = transaction ?? new Operation(server.engine, false);
  operation.deadline = deadline;
  if (retry) operation.beforeCommit = retry.stage;
  const ordered = body.get("ordered") !== false;
  const results: Results = [];
  try {
    for (const [i, item] of items.entries()) {
      const run = () => statement(operation, item).catch(resultOf);
      const result = await (retry
        ? runOnce(command, operation, { answers: retry.answers, id: String(i), run })
        : run());
      results.push(result);
      if (ordered && result instanceof DatabaseError) break;
      await operation.relieve();
    }
    await operation.flush();
    return results;
  } finally {
    if (!transaction) operation.end();
  }
}

/** Runs a statement of a retryable write, unless an earlier try of the command did. */
async function runOnce(
  { server }: Command,
  operation: Operation,
  { answers, id, run }: { answers: Doc; id: string; run: () => Promise<Doc | DatabaseError> },
): Promise<Doc | DatabaseError> {
  const known = answers.get(id);
  if (isDoc(known)) return known;
  const fault = writeFault(server);
  if (fault === "before") throw new ConnectionCut();
  const result = await run();
  if (isDoc(result)) answers.set(id, result);
  if (!fault) return result;
  await operation.flush();
  throw new ConnectionCut();
}

const ENDING = new Set(["WriteConflict", "MaxTimeMSExpired", "NoSuchTransaction"]);

/** A statement's error is its result, unless it ends the whole command. */
function resultOf(error: unknown): DatabaseError {
  if (error instanceof DatabaseError && !ENDING.has(error.codeName)) return error;
  throw error;
}

/** The reply of a write command: the sums of these counts, what was upserted, and the errors. */
export function writeReply(results: Results, counts: string[]): Doc {
  const done = results.filter(isDoc);
  const sum = (name: string) => done.reduce((total, result) => total + toNumber(result.get(name)), 0);
  const reply = docOf(Object.fromEntries(counts.map((name) => [name, integer(sum(name))])));
  const upserted: Doc[] = [];
  const writeErrors: Doc[] = [];
  for (const [i, result] of results.entries()) {
    const index = integer(i);
    if (result instanceof DatabaseError) {
      const { code, message: errmsg, details } = result;
      writeErrors.push(docOf({ index, code: integer(code), errmsg, ...Object.fromEntries(details) }));
    } else if (result.has("upserted")) upserted.push(docOf({ index, _id: result.get("upserted") }));
  }
  if (upserted.length > 0) reply.set("upserted", upserted);
  if (writeErrors.length > 0) reply.set("writeErrors", writeErrors);
  return reply;
}
