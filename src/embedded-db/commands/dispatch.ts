import { encodeDoc } from "../bson/encode.ts";
import {
  Binary,
  type Doc,
  docOf,
  integer,
  isDoc,
  nextTimestamp,
  RawDoc,
  toNumber,
  type Value,
} from "../bson/values.ts";
import { DatabaseError, errorReply, failedToParse, labelsOf, notImplemented } from "../errors.ts";
import type { FindSpec } from "../query/find.ts";
import type { Session } from "../sessions/sessions.ts";
import * as admin from "./admin.ts";
import { type Command, deadlineOf, docField, type Server, variablesOf } from "./context.ts";
import { ConnectionCut, failPoint, setFailPoint } from "./fail-points.ts";
import { checkCommand } from "./fields.ts";
import { createIndexes, dropIndexes, listIndexes } from "./indexes.ts";
import * as read from "./read.ts";
import { findAndModify, insert, remove, update } from "./write.ts";

/** How a command is run, and where it may stand. */
interface Kind {
  run: (command: Command) => Promise<Doc> | Doc;
  /** A transaction may hold it. */
  transactional?: boolean;
  /** Outside of transactions it may have a transaction number, to be run once however often it is sent. */
  retryable?: boolean;
  /** It ends its transaction. */
  end?: (session: Session, txnNumber: bigint) => Promise<void> | void;
  /** The query that it runs, for `explain`. */
  query?: (command: Command) => FindSpec;
}

const transactional = true;
const retryable = true;

const COMMANDS = new Map<string, Kind>([
  ["hello", { run: admin.hello }],
  ["ping", { run: admin.ok }],
  ["buildInfo", { run: admin.buildInfo }],
  ["insert", { run: insert, transactional, retryable }],
  ["update", { run: update, transactional, retryable }],
  ["delete", { run: remove, transactional, retryable }],
  ["findAndModify", { run: findAndModify, transactional, retryable }],
  ["find", { run: read.find, query: read.findQuery, transactional }],
  ["getMore", { run: read.getMore, transactional }],
  ["killCursors", { run: read.killCursors, transactional }],
  ["count", { run: read.count, query: read.matchQuery }],
  ["distinct", { run: read.distinct, query: read.matchQuery, transactional }],
  ["aggregate", { run: read.aggregate, query: read.headQuery, transactional }],
  ["explain", { run: explain }],
  ["create", { run: admin.create, transactional }],
  ["drop", { run: admin.drop }],
  ["dropDatabase", { run: admin.dropDatabase }],
  ["listCollections", { run: admin.listCollections }],
  ["listDatabases", { run: admin.listDatabases }],
  ["createIndexes", { run: createIndexes, transactional }],
  ["listIndexes", { run: listIndexes }],
  ["dropIndexes", { run: dropIndexes }],
  ["collStats", { run: admin.collStats }],
  ["dbStats", { run: admin.dbStats }],
  ["serverStatus", { run: admin.serverStatus }],
  ["endSessions", { run: admin.endSessions }],
  ["killAllSessions", { run: admin.killAllSessions }],
  ["commitTransaction", { run: admin.ok, transactional, end: (session, number) => session.commit(number) }],
  [
    "abortTransaction",
    { run: admin.ok, transactional, end: (session, number) => session.abort(session.current(number)) },
  ],
  ["configureFailPoint", { run: setFailPoint }],
]);

const OLD_NAMES = new Map([
  ["isMaster", "hello"],
  ["ismaster", "hello"],
  ["buildinfo", "buildInfo"],
  ["findandmodify", "findAndModify"],
]);

/** Answers a command; never throws. `null` means: close the connection without an answer. */
export async function answer(server: Server, body: Doc): Promise<Doc | null> {
  try {
    const more = server.failPoints.active && (await failPoint(server, body));
    return finish(await execute(server, body), more, body);
  } catch (error) {
    return error instanceof ConnectionCut ? null : failure(error, body);
  }
}

/** Checks a command and runs it. Throws what goes to the client as an error. */
export async function execute(server: Server, body: Doc): Promise<Doc> {
  const { kind, command } = commandOf(server, body);
  checkConcerns(body);
  return run(kind, command);
}

function commandOf(server: Server, body: Doc): { kind: Kind; command: Command } {
  const name = body.keys().next().value ?? "";
  const newName = OLD_NAMES.get(name) ?? name;
  const kind = COMMANDS.get(newName);
  if (!kind) throw new DatabaseError("CommandNotFound", `no such command: '${name}'`);
  checkCommand(newName, body);
  const database = body.get("$db");
  if (typeof database !== "string") throw new DatabaseError(40571, "OP_MSG requests require a $db argument");
  const lsid = body.get("lsid");
  const command = {
    server,
    name,
    body,
    database,
    session: isDoc(lsid) ? server.sessions.of(lsid) : null,
    transaction: null,
    retry: null,
    deadline: deadlineOf(body),
    variables: variablesOf(body),
  };
  return { kind, command };
}

/** Runs a command: by itself, as a retryable write, or in its transaction. */
async function run(kind: Kind, command: Command): Promise<Doc> {
  const { name, session, body } = command;
  const txnNumber = body.get("txnNumber");
  const inside = body.has("autocommit") || body.has("startTransaction");
  if (txnNumber === undefined && !inside && !kind.end) return kind.run(command);
  if (!session || typeof txnNumber !== "bigint")
    throw new DatabaseError("InvalidOptions", `${name} needs a session ID and a transaction number`);
  if (inside) return runInside(kind, command, { session, txnNumber });
  if (kind.retryable) return session.retryable(txnNumber, (retry) => kind.run({ ...command, retry }));
  throw new DatabaseError(50768, `txnNumber without autocommit: false, and ${name} is no retryable write`);
}

async function runInside(
  kind: Kind,
  command: Command,
  { session, txnNumber }: { session: Session; txnNumber: bigint },
): Promise<Doc> {
  const { name, body } = command;
  const starts = body.get("startTransaction") ?? null;
  if (body.get("autocommit") !== false || starts === false)
    throw new DatabaseError("InvalidOptions", "autocommit must be false, and startTransaction true");
  if (!kind.transactional) {
    const message = `Cannot run '${name}' in a multi-document transaction.`;
    throw new DatabaseError("OperationNotSupportedInTransaction", message);
  }
  if (kind.end) {
    await kind.end(session, txnNumber);
    return kind.run(command);
  }
  const transaction = starts ? session.begin(txnNumber) : session.current(txnNumber);
  return session.within(transaction, () => kind.run({ ...command, transaction }));
}

/** `explain`: the command in it is checked as if it came alone. */
function explain({ server, body, database, deadline }: Command): Promise<Doc> {
  const { kind, command } = commandOf(server, new Map(docField(body, "explain")).set("$db", database));
  if (!kind.query) throw notImplemented(`explain of ${command.name}`);
  return read.explain({ ...command, deadline }, kind.query(command), body.get("verbosity"));
}

const READ_LEVELS = new Set<Value>(["local", "majority", "available", "linearizable", "snapshot"]);

function checkConcerns(body: Doc): void {
  const mode = docField(body, "writeConcern").get("w");
  if (typeof mode === "string" && mode !== "majority") {
    const message = `No write concern mode named '${mode}' found in replica set configuration`;
    throw new DatabaseError("UnknownReplWriteConcern", message);
  }
  const level = docField(body, "readConcern").get("level") ?? "local";
  if (level === "snapshot" && !body.has("autocommit"))
    throw notImplemented("readConcern snapshot outside of a transaction");
  if (!READ_LEVELS.has(level))
    throw failedToParse(`Either an unknown readConcern level was given: ${String(level)}`);
}

/** A replica set of one member cannot acknowledge a write twice. */
const UNSATISFIABLE = docOf({
  code: integer(100),
  codeName: "UnsatisfiableWriteConcern",
  errmsg: "Not enough data-bearing nodes",
  errInfo: new Map(),
});

function finish(reply: Doc, more: Doc | null, body: Doc): Doc {
  if (toNumber(docField(body, "writeConcern").get("w")) > 1) reply.set("writeConcernError", UNSATISFIABLE);
  for (const [field, value] of more ?? []) reply.set(field, value);
  reply.set("ok", 1);
  return stamped(reply);
}

/** The reply for an error. */
function failure(error: unknown, body: Doc): Doc {
  const known = error instanceof DatabaseError ? error : new DatabaseError("InternalError", String(error));
  const labels = known.labels ?? labelsOf(known.code, body);
  const reply = errorReply(known);
  if (labels.length > 0) reply.set("errorLabels", labels);
  return stamped(reply);
}

/** As bytes: every reply has it. */
const SIGNATURE = new RawDoc(encodeDoc(docOf({ hash: new Binary(Buffer.alloc(20)), keyId: 0n })));

function stamped(reply: Doc): Doc {
  // The cluster's clock, which drivers hand back to us and never read.
  const time = nextTimestamp();
  reply.set("$clusterTime", docOf({ clusterTime: time, signature: SIGNATURE }));
  reply.set("operationTime", time);
  return reply;
}
