import { type Doc, docOf, integer, isDoc, RawDoc, toNumber, type Value } from "../bson/values.ts";
import { DatabaseError, typeMismatch } from "../errors.ts";
import { stageRecord } from "../sessions/retry-record.ts";
import { Operation } from "../storage/operation.ts";
import { type Command, docList, namespaceOf } from "./context.ts";
import { ConnectionCut, writeFault } from "./fail-points.ts";
import { insertOne, prepareInsert } from "./write-one.ts";

const MAX_BATCH = 100_000;

/** Runs one statement of a write command; the result is kept for retries. */
export type Statement = (operation: Operation) => Promise<Doc>;

/** What each statement gave, in their order; shorter when an error ended them. */
export type Results = (Doc | DatabaseError)[];

/** Runs the statements of a write command in order, each once however often the command is retried. */
export async function runStatements(command: Command, statements: Statement[]): Promise<Results> {
  const { length } = statements;
  if (length === 0 || length > MAX_BATCH)
    throw new DatabaseError(
      16,
      `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${length} operations.`,
    );
  const operation = command.transaction ?? new Operation(command.server.engine, false);
  operation.deadline = command.deadline;
  const ordered = command.body.get("ordered") !== false;
  const firstId = toNumber(command.body.get("stmtId") ?? 0);
  const results: Results = [];
  try {
    for (const [i, statement] of statements.entries()) {
      const result = await runOnce(command, operation, { id: firstId + i, statement });
      results.push(result);
      if (ordered && result instanceof DatabaseError) break;
      await operation.relieve();
    }
    // What a plain command staged becomes durable, together with the retry record.
    await operation.flush();
    return results;
  } finally {
    if (!command.transaction) operation.end();
  }
}

/** Errors that end the whole command rather than the one statement. */
const ENDS_COMMAND = new Set(["WriteConflict", "MaxTimeMSExpired"]);

interface Numbered {
  id: number;
  statement: Statement;
}

async function runOnce(command: Command, operation: Operation, { id, statement }: Numbered) {
  const known = command.retry?.statements.get(id);
  if (known) return known;
  const fault = command.retry && writeFault(command.server);
  try {
    if (fault === "before") throw new ConnectionCut();
    const result = await statement(operation);
    remember(command, operation, { id, result });
    if (fault === "after") throw new ConnectionCut();
    return result;
  } catch (error) {
    if (error instanceof ConnectionCut) await operation.commit();
    if (error instanceof DatabaseError && !ENDS_COMMAND.has(error.codeName)) return error;
    throw error;
  }
}

/** Keeps what a statement that wrote answered, durable together with what it wrote. */
function remember(
  { retry, session }: Command,
  operation: Operation,
  { id, result }: { id: number; result: Doc },
): void {
  if (!retry || !session || operation.writes.size === 0) return;
  retry.statements.set(id, result);
  operation.beforeCommit = (writes) => stageRecord(writes, session.id, retry);
}

/** The reply of a write command: the sums of these counts, what was upserted, and the errors. */
export function writeReply(results: Results, counts: string[]): Doc {
  const reply: Doc = new Map();
  const upserted: Doc[] = [];
  const writeErrors: Doc[] = [];
  for (const name of counts) reply.set(name, integer(sumOf(results, name)));
  for (const [i, result] of results.entries()) {
    const index = integer(i);
    if (result instanceof DatabaseError) writeErrors.push(writeError(result, index));
    else if (result.has("upserted")) upserted.push(docOf({ index, _id: result.get("upserted") }));
  }
  if (upserted.length > 0) reply.set("upserted", upserted);
  if (writeErrors.length > 0) reply.set("writeErrors", writeErrors);
  return reply;
}

function sumOf(results: Results, name: string): number {
  return results.reduce((sum, result) => (isDoc(result) ? sum + toNumber(result.get(name)) : sum), 0);
}

function writeError({ code, message, details }: DatabaseError, index: Value): Doc {
  return docOf({ index, code: integer(code), errmsg: message, ...Object.fromEntries(details) });
}

/** `insert`. */
export async function insert(command: Command): Promise<Doc> {
  const collection = command.server.engine.catalog.ensure(namespaceOf(command));
  const result = docOf({ n: integer(1) });
  const statements = docList(command.body, "documents").map(
    (item): Statement =>
      async (operation) => {
        if (!(item instanceof RawDoc)) throw typeMismatch("documents must be objects");
        await insertOne(operation, collection, prepareInsert(item.bytes));
        return result;
      },
  );
  return writeReply(await runStatements(command, statements), ["n"]);
}
