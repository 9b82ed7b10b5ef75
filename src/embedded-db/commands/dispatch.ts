import { encodeDoc } from "../bson/encode.ts";
import { Binary, type Doc, docOf, integer, isDoc, isTruthy, RawDoc, toNumber } from "../bson/values.ts";
import { DatabaseError, errorReply, labelsOf } from "../errors.ts";
import * as admin from "./admin.ts";
import { type Command, type Handler, type Server, variablesOf } from "./context.ts";
import { remove } from "./delete.ts";
import { explain } from "./explain.ts";
import { ConnectionCut, failPoint, setFailPoint } from "./fail-points.ts";
import { checkCommandFields } from "./fields.ts";
import { findAndModify } from "./find-and-modify.ts";
import { createIndexes, dropIndexes, listIndexes } from "./indexes.ts";
import { insert } from "./insert.ts";
import { aggregate } from "./aggregate.ts";
import { count, distinct, find, getMore, killCursors } from "./read.ts";
import { abortTransaction, commitTransaction, endSessions, killAllSessions } from "./sessions.ts";
import { update } from "./update.ts";

const HANDLERS = new Map<string, Handler>([
  ["hello", admin.hello],
  ["isMaster", admin.hello],
  ["ismaster", admin.hello],
  ["ping", admin.ok],
  ["buildInfo", admin.buildInfo],
  ["buildinfo", admin.buildInfo],
  ["insert", insert],
  ["update", update],
  ["delete", remove],
  ["find", find],
  ["getMore", getMore],
  ["killCursors", killCursors],
  ["findAndModify", findAndModify],
  ["findandmodify", findAndModify],
  ["count", count],
  ["distinct", distinct],
  ["aggregate", aggregate],
  ["explain", explain],
  ["create", admin.create],
  ["drop", admin.drop],
  ["dropDatabase", admin.dropDatabase],
  ["listCollections", admin.listCollections],
  ["listDatabases", admin.listDatabases],
  ["createIndexes", createIndexes],
  ["listIndexes", listIndexes],
  ["dropIndexes", dropIndexes],
  ["collStats", admin.collStats],
  ["dbStats", admin.dbStats],
  ["serverStatus", admin.serverStatus],
  ["endSessions", endSessions],
  ["killAllSessions", killAllSessions],
  ["commitTransaction", commitTransaction],
  ["abortTransaction", abortTransaction],
  ["configureFailPoint", setFailPoint],
]);

/** Commands that a transaction may hold. */
const TRANSACTIONAL = new Set([
  "insert",
  "update",
  "delete",
  "find",
  "getMore",
  "killCursors",
  "findAndModify",
  "findandmodify",
  "distinct",
  "aggregate",
  "create",
  "createIndexes",
  "commitTransaction",
  "abortTransaction",
]);
const RETRYABLE = new Set(["insert", "update", "delete", "findAndModify", "findandmodify"]);

/** Answers a command; never throws. `null` means: close the connection without an answer. */
export async function answer(server: Server, body: Doc): Promise<Doc | null> {
  const [name] = body.keys();
  if (name === undefined) return failure(new DatabaseError("FailedToParse", "an empty command"), body);
  try {
    const more = server.failPoints.active && (await failPoint(server, body, name));
    return finish(await run(prepare(server, { name, body })), more, body);
  } catch (error) {
    return error instanceof ConnectionCut ? null : failure(error, body);
  }
}

async function run(command: Command): Promise<Doc> {
  const handler = HANDLERS.get(command.name) as Handler;
  const { session } = command;
  if (!session || !command.transaction) return handler(command);
  session.busy = true;
  try {
    const reply = await handler(command);
    // A statement that failed has ended its transaction, as in MongoDB.
    if (reply.has("writeErrors")) command.server.sessions.abort(session);
    return reply;
  } catch (error) {
    if (command.name !== "commitTransaction") command.server.sessions.abort(session);
    throw error;
  } finally {
    session.busy = false;
  }
}

interface Incoming {
  name: string;
  body: Doc;
}

function prepare(server: Server, { name, body }: Incoming): Command {
  if (!HANDLERS.has(name)) throw new DatabaseError("CommandNotFound", `no such command: '${name}'`);
  checkCommandFields(name, body);
  const database = body.get("$db");
  if (typeof database !== "string") throw new DatabaseError(40571, "OP_MSG requests require a $db argument");
  const maxTime = body.has("maxTimeMS") ? toNumber(body.get("maxTimeMS")) : 0;
  const command: Command = {
    server,
    name,
    body,
    database,
    session: server.sessions.of(body),
    transaction: null,
    retry: null,
    deadline: maxTime > 0 && name !== "getMore" ? Date.now() + maxTime : 0,
    variables: variablesOf(body),
  };
  checkConcerns(command);
  attachTransaction(command);
  return command;
}

function checkConcerns({ body, transaction }: Command): void {
  const write = body.get("writeConcern");
  const mode = isDoc(write) ? write.get("w") : undefined;
  if (typeof mode === "string" && mode !== "majority")
    throw new DatabaseError(79, `No write concern mode named '${mode}' found in replica set configuration`);
  const concern = body.get("readConcern");
  const level = isDoc(concern) ? concern.get("level") : undefined;
  if (level === "snapshot" && body.get("autocommit") === undefined && !transaction) {
    throw new DatabaseError(
      "NotImplemented",
      "readConcern snapshot outside of a transaction is not supported by the embedded database",
    );
  }
  if (
    level !== undefined &&
    !["local", "majority", "available", "linearizable", "snapshot"].includes(String(level))
  ) {
    throw new DatabaseError(
      "FailedToParse",
      `Either an unknown readConcern level was given: ${String(level)}`,
    );
  }
}

function attachTransaction(command: Command): void {
  const { server, session, body, name } = command;
  const given = body.get("txnNumber");
  if (given === undefined) return;
  if (!session)
    throw new DatabaseError(
      "InvalidOptions",
      "Transaction number requires a session ID to also be specified",
    );
  const txnNumber = BigInt(toNumber(given));
  if (body.get("autocommit") !== false) {
    if (!RETRYABLE.has(name))
      throw new DatabaseError(
        50768,
        `txnNumber may only be provided for multi-document transactions and retryable write commands. autocommit:false was not provided, and ${name} is not a retryable write command.`,
      );
    command.retry = server.sessions.retryable(session, txnNumber);
    return;
  }
  if (!TRANSACTIONAL.has(name)) {
    throw new DatabaseError(
      "OperationNotSupportedInTransaction",
      `Cannot run '${name}' in a multi-document transaction.`,
    );
  }
  if (name === "commitTransaction" || name === "abortTransaction") return;
  if (!isTruthy(body.get("startTransaction"))) {
    command.transaction = server.sessions.current(session, txnNumber);
    return;
  }
  command.transaction = server.sessions.begin(session, txnNumber);
}

/** As bytes: every reply has it. */
const SIGNATURE = new RawDoc(encodeDoc(docOf({ hash: new Binary(Buffer.alloc(20)), keyId: 0n })));

function finish(reply: Doc, more: Doc | null, body: Doc): Doc {
  const concern = body.get("writeConcern");
  if (isDoc(concern) && toNumber(concern.get("w")) > 1) reply.set("writeConcernError", UNSATISFIABLE);
  for (const [field, value] of more ?? []) reply.set(field, value);
  reply.set("ok", 1);
  return stamped(reply);
}

/** A replica set of one member cannot acknowledge a write twice. */
const UNSATISFIABLE = docOf({
  code: integer(100),
  codeName: "UnsatisfiableWriteConcern",
  errmsg: "Not enough data-bearing nodes",
  errInfo: new Map(),
});

function stamped(reply: Doc): Doc {
  const time = admin.clusterTime();
  reply.set("$clusterTime", docOf({ clusterTime: time, signature: SIGNATURE }));
  reply.set("operationTime", time);
  return reply;
}

/** The reply for an error. */
function failure(error: unknown, body: Doc): Doc {
  const known = error instanceof DatabaseError ? error : new DatabaseError("InternalError", String(error));
  const labels = known.labels ?? labelsOf(known.code, body);
  const reply = errorReply(known);
  if (labels.length > 0) reply.set("errorLabels", labels);
  return stamped(reply);
}
