import { type Doc, docOf, integer, isDoc, RawDoc, toNumber } from "../bson/values.ts";
import { DatabaseError, typeMismatch } from "../errors.ts";
import { stageRecord } from "../sessions/sessions.ts";
import { Operation } from "../storage/transactions.ts";
import { type Command, docList, namespaceOf } from "./context.ts";
import { ConnectionCut, writeFault } from "./fail-points.ts";
import { insertOne } from "./write-one.ts";

const MAX_BATCH = 100_000;

/** Runs one statement of a write command; the result is kept for retries. */
export type Statement = (operation: Operation) => Promise<Doc>;

/** What each statement gave, in their order; shorter when an error ended them. */
export type Results = (Doc | DatabaseError)[];

/** Runs the statements of a write command in order, each once however often the command is retried. */
export async function runStatements(command: Command, statements: Statement[]): Promise<Results> {
  const { server, session, retry, transaction } = command;
  const operation = transaction ?? new Operation(server.engine, false);
  operation.deadline = command.deadline;
  // The record of a retryable write becomes durable together with what was written.
  if (session && retry) operation.beforeCommit = (writes) => stageRecord(writes, session.id, retry);
  try {
    const results = await runAll(command, operation, statements);
    await operation.flush();
    return results;
  } catch (error) {
    if (session && retry) server.sessions.forget(session);
    throw error;
  } finally {
    if (!transaction) operation.end();
  }
}

async function runAll(command: Command, operation: Operation, statements: Statement[]): Promise<Results> {
  const { length } = statements;
  if (length === 0 || length > MAX_BATCH) {
    const message = `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${length} operations.`;
    throw new DatabaseError(16, message);
  }
  const ordered = command.body.get("ordered") !== false;
  const firstId = toNumber(command.body.get("stmtId") ?? 0);
  const results: Results = [];
  for (const [i, statement] of statements.entries()) {
    const result = await runOnce(command, operation, { id: firstId + i, statement });
    results.push(result);
    if (ordered && result instanceof DatabaseError) break;
    await operation.relieve();
  }
  return results;
}

async function runOnce(
  { server, retry }: Command,
  operation: Operation,
  { id, statement }: { id: number; statement: Statement },
): Promise<Doc | DatabaseError> {
  if (!retry) return statement(operation).catch(resultOf);
  const known = retry.statements.get(id);
  if (known) return known;
  const fault = writeFault(server);
  if (fault === "before") throw new ConnectionCut();
  const result = await statement(operation).catch(resultOf);
  if (isDoc(result)) retry.statements.set(id, result);
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

/** `insert`. */
export async function insert(command: Command): Promise<Doc> {
  const collection = command.server.engine.catalog.ensure(namespaceOf(command));
  const result = docOf({ n: integer(1) });
  const statements = docList(command.body, "documents").map(
    (item): Statement =>
      async (operation) => {
        if (!(item instanceof RawDoc)) throw typeMismatch("documents must be objects");
        await insertOne(operation, collection, item.bytes);
        return result;
      },
  );
  return writeReply(await runStatements(command, statements), ["n"]);
}
