import { type Doc, docOf, integer, isDoc, RawDoc, toNumber, type Value } from "../bson/values.ts";
import { encodeDoc } from "../bson/encode.ts";
import { DatabaseError } from "../errors.ts";
import { ConnectionCut, writeFault } from "./fail-points.ts";
import { stageRecord } from "../sessions/retry-record.ts";
import { Operation } from "../storage/operation.ts";
import { type Command, docList, namespaceOf } from "./context.ts";
import { insertOne, prepareInsert } from "./write-one.ts";

const MAX_BATCH = 100_000;

/** The writer of a command: its transaction, or one of its own that must be committed at the end. */
function writerOf(command: Command): Operation {
  const operation = command.transaction ?? new Operation(command.server.engine, false);
  operation.deadline = command.deadline;
  return operation;
}

/** One statement's part of a write command's reply. */
export interface Statement {
  /** Runs it; the result is kept for retries. */
  run(operation: Operation): Promise<Doc>;
}

export interface Statements {
  operation: Operation;
  results: Doc[];
  errors: Doc[];
}

/** Runs the statements of a write command in order, each once however often the command is retried. */
export async function runStatements(command: Command, statements: Statement[]): Promise<Statements> {
  if (statements.length === 0 || statements.length > MAX_BATCH) {
    throw new DatabaseError(
      16,
      `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${statements.length} operations.`,
    );
  }
  const operation = writerOf(command);
  const ordered = command.body.get("ordered") !== false;
  const done: Statements = { operation, results: [], errors: [] };
  const firstId = toNumber(command.body.get("stmtId") ?? integer(0));
  try {
    for (const [i, statement] of statements.entries()) {
      const failed = await runStatement(command, statement, { id: firstId + i, index: i, done });
      if (failed && ordered) break;
      await operation.relieve();
    }
    // What a plain command staged becomes durable, together with the retry record.
    if (!command.transaction) await operation.commit();
  } catch (error) {
    if (!command.transaction) operation.end();
    throw error;
  }
  return done;
}

/** Errors that end the whole command rather than the one statement. */
const ENDS_COMMAND = new Set(["WriteConflict", "MaxTimeMSExpired"]);

interface Place {
  id: number;
  index: number;
  done: Statements;
}

async function runStatement(
  command: Command,
  statement: Statement,
  { id, index, done }: Place,
): Promise<boolean> {
  const known = command.retry?.statements.get(id);
  if (known) {
    done.results.push(new Map<string, Value>([...known, ["retried", true], ["index", integer(index)]]));
    return false;
  }
  const fault = command.retry ? writeFault(command.server) : null;
  if (fault === "before") throw await cut(done.operation);
  try {
    const result = await statement.run(done.operation);
    done.results.push(new Map<string, Value>([...result, ["index", integer(index)]]));
    keep(command, { id, result, operation: done.operation });
    if (fault === "after") throw await cut(done.operation);
    return false;
  } catch (error) {
    if (!(error instanceof DatabaseError) || ENDS_COMMAND.has(error.codeName)) throw error;
    done.errors.push(writeError(error, index));
    return true;
  }
}

/** Makes durable what was done so far and gives the error that cuts the connection. */
async function cut(operation: Operation): Promise<ConnectionCut> {
  await operation.commit();
  return new ConnectionCut();
}

function keep(
  command: Command,
  { id, result, operation }: { id: number; result: Doc; operation: Operation },
): void {
  const record = command.retry;
  if (!record || operation.writes.size === 0) return;
  const sessionId = command.session?.id;
  record.statements.set(id, result);
  if (sessionId !== undefined) operation.beforeCommit = (writes) => stageRecord(writes, sessionId, record);
}

function writeError(error: DatabaseError, index: number): Doc {
  const doc = docOf({ index: integer(index), code: integer(error.code), errmsg: error.message });
  for (const [name, value] of error.details) doc.set(name, value);
  return doc;
}

/** The common part of a write command's reply. */
export function writeReply(done: Statements, fields: Record<string, Value | undefined>): Doc {
  const reply = docOf(fields);
  if (done.errors.length > 0) reply.set("writeErrors", done.errors);
  return reply;
}

export function sumOf(done: Statements, name: string): Value {
  return integer(done.results.reduce((sum, result) => sum + toNumber(result.get(name) ?? integer(0)), 0));
}

/** `insert`. */
export async function insert(command: Command): Promise<Doc> {
  const namespace = namespaceOf(command);
  const collection = command.server.engine.catalog.ensure(namespace);
  const result = docOf({ n: integer(1) });
  const statements = docList(command.body, "documents").map<Statement>((item) => ({
    async run(operation) {
      const bytes = item instanceof RawDoc ? item.bytes : isDoc(item) ? encodeDoc(item) : null;
      if (!bytes) throw new DatabaseError("TypeMismatch", "documents must be objects");
      await insertOne(operation, collection, prepareInsert(bytes));
      return result;
    },
  }));
  const done = await runStatements(command, statements);
  return writeReply(done, { n: sumOf(done, "n") });
}
