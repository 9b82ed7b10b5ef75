import { encodeDoc } from "../bson/encode.ts";
import {
  Binary,
  type Doc,
  docOf,
  integer,
  nextTimestamp,
  RawDoc,
  toNumber,
  type Value,
} from "../bson/values.ts";
import { DatabaseError, errorReply, failedToParse, labelsOf, notImplemented } from "../errors.ts";
import * as admin from "./admin.ts";
import { type Command, type CommandKind, docField, type Server, variablesOf } from "./context.ts";
import { explain } from "./explain.ts";
import { ConnectionCut, failPoint, setFailPoint } from "./fail-points.ts";
import { checkCommandFields } from "./fields.ts";
import { createIndexes, dropIndexes, listIndexes } from "./indexes.ts";
import { insert } from "./insert.ts";
import { aggregate, count, distinct, find, getMore, killCursors } from "./read.ts";
import * as sessions from "./sessions.ts";
import { findAndModify, remove, update } from "./update.ts";

const transactional = true;
const retryable = true;

const COMMANDS = new Map<string, CommandKind>([
  ["hello", { run: admin.hello }],
  ["isMaster", { run: admin.hello }],
  ["ismaster", { run: admin.hello }],
  ["ping", { run: admin.ok }],
  ["buildInfo", { run: admin.buildInfo }],
  ["buildinfo", { run: admin.buildInfo }],
  ["insert", { run: insert, transactional, retryable }],
  ["update", { run: update, transactional, retryable }],
  ["delete", { run: remove, transactional, retryable }],
  ["findAndModify", { run: findAndModify, transactional, retryable }],
  ["findandmodify", { run: findAndModify, transactional, retryable }],
  ["find", { run: find, transactional }],
  ["getMore", { run: getMore, transactional }],
  ["killCursors", { run: killCursors, transactional }],
  ["count", { run: count }],
  ["distinct", { run: distinct, transactional }],
  ["aggregate", { run: aggregate, transactional }],
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
  ["endSessions", { run: sessions.endSessions }],
  ["killAllSessions", { run: sessions.killAllSessions }],
  ["commitTransaction", { run: sessions.commitTransaction, transactional }],
  ["abortTransaction", { run: sessions.abortTransaction, transactional }],
  ["configureFailPoint", { run: setFailPoint }],
]);

/** Answers a command; never throws. `null` means: close the connection without an answer. */
export async function answer(server: Server, body: Doc): Promise<Doc | null> {
  const name = body.keys().next().value ?? "";
  try {
    const more = server.failPoints.active && (await failPoint(server, body, name));
    const command = commandOf(server, name, body);
    checkConcerns(body);
    sessions.attachTransaction(command);
    return finish(await sessions.runCommand(command), more, body);
  } catch (error) {
    return error instanceof ConnectionCut ? null : failure(error, body);
  }
}

function commandOf(server: Server, name: string, body: Doc): Command {
  const kind = COMMANDS.get(name);
  if (!kind) throw new DatabaseError("CommandNotFound", `no such command: '${name}'`);
  checkCommandFields(name, body);
  const database = body.get("$db");
  if (typeof database !== "string") throw new DatabaseError(40571, "OP_MSG requests require a $db argument");
  const maxTime = toNumber(body.get("maxTimeMS"));
  return {
    server,
    name,
    kind,
    body,
    database,
    session: server.sessions.of(body),
    transaction: null,
    retry: null,
    deadline: maxTime > 0 && name !== "getMore" ? Date.now() + maxTime : 0,
    variables: variablesOf(body),
  };
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
