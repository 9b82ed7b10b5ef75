import { type Doc, docOf, integer, isDoc, isTruthy, toNumber, type Value } from "../bson/values.ts";
import { DatabaseError, notImplemented, TRANSIENT_TRANSACTION_ERROR } from "../errors.ts";
import type { Command, Server } from "./context.ts";

/** What an active fail point does to a command. */
export interface FailPointResult {
  close: boolean;
  delayMs: number;
  error: DatabaseError | null;
  writeConcernError: Doc | null;
  labels: Value[] | null;
}

/** Codes that drivers retry a write after. */
const RETRYABLE_CODES = new Set([6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** `configureFailPoint`, for tests of drivers: only when the server was started with it allowed. */
export function setFailPoint(command: Command): Doc {
  const { failPoints } = command.server;
  if (!failPoints.enabled)
    throw new DatabaseError("CommandNotFound", "no such command: 'configureFailPoint'");
  const kind = String(command.body.get("configureFailPoint"));
  if (kind !== "failCommand" && kind !== "onPrimaryTransactionalWrite")
    throw notImplemented(`the fail point ${kind}`);
  const mode = command.body.get("mode");
  const data = command.body.get("data") ?? new Map();
  failPoints.active = mode === "off" || !isDoc(data) ? null : data;
  failPoints.onWrite = kind === "onPrimaryTransactionalWrite";
  failPoints.left = modeNumber(mode, "times", Number.POSITIVE_INFINITY);
  failPoints.skip = modeNumber(mode, "skip", 0);
  return docOf({ count: integer(0) });
}

function modeNumber(mode: Value | undefined, name: string, otherwise: number): number {
  return isDoc(mode) && mode.has(name) ? toNumber(mode.get(name)) : otherwise;
}

/** What the active fail point does to this command; null for nothing. */
export function failPointFor({ failPoints }: Server, body: Doc, name: string): FailPointResult | null {
  const data = failPoints.active;
  if (!data || !concerns(failPoints, name)) return null;
  failPoints.left--;
  const labels = data.get("errorLabels");
  const concern = data.get("writeConcernError");
  return {
    ...NOTHING,
    close: isTruthy(data.get("closeConnection")),
    delayMs: isTruthy(data.get("blockConnection")) ? toNumber(data.get("blockTimeMS")) : 0,
    error: errorOf(data, body, Array.isArray(labels) ? labels.map(String) : null),
    writeConcernError: isDoc(concern) ? concern : null,
    labels: concernLabels(concern, labels, body),
  };
}

/** Thrown where a fail point cuts the connection in the middle of a command: no answer is sent. */
export class ConnectionCut extends Error {}

/**
 * `onPrimaryTransactionalWrite`, asked for each new statement of a retryable write: "before" to fail it before
 * it is durable, "after" to cut the connection once it is, null to let it pass.
 */
export function writeFault({ failPoints }: Server): "before" | "after" | null {
  const data = failPoints.active;
  if (!data || !failPoints.onWrite) return null;
  if (failPoints.skip > 0) {
    failPoints.skip--;
    return null;
  }
  if (failPoints.left <= 0) return null;
  failPoints.left--;
  return data.has("failBeforeCommitExceptionCode") ? "before" : "after";
}

const NOTHING: FailPointResult = {
  close: false,
  delayMs: 0,
  error: null,
  writeConcernError: null,
  labels: null,
};

function concerns({ active, onWrite, left }: Server["failPoints"], name: string): boolean {
  if (!active || onWrite || left <= 0) return false;
  const names = active.get("failCommands");
  return Array.isArray(names) && names.includes(name);
}

/** True for commands outside a transaction, and for those that end one. */
function outside(body: Doc): boolean {
  return (
    body.get("autocommit") === undefined || body.has("commitTransaction") || body.has("abortTransaction")
  );
}

function concernLabels(concern: Value | undefined, labels: Value | undefined, body: Doc): Value[] | null {
  if (Array.isArray(labels)) return labels;
  if (!isDoc(concern) || !body.has("txnNumber") || !outside(body)) return null;
  return RETRYABLE_CODES.has(toNumber(concern.get("code"))) ? ["RetryableWriteError"] : null;
}

function errorOf(data: Doc, body: Doc, labels: string[] | null): DatabaseError | null {
  const code = data.get("errorCode");
  if (code === undefined) return null;
  const error = new DatabaseError(toNumber(code), "Failing command via 'failCommand' failpoint");
  const retryable = body.has("txnNumber") && outside(body) && RETRYABLE_CODES.has(error.code);
  error.labels = labels ?? (retryable ? ["RetryableWriteError"] : transientLabels(error.code, body));
  return error;
}

/** Codes after which a whole transaction may be repeated: the first ones even when its commit met them. */
const TRANSIENT_ON_COMMIT = new Set([24, 112, 246, 251, 267]);

function transientLabels(code: number, body: Doc): string[] {
  if (body.get("autocommit") !== false) return [];
  const transient = TRANSIENT_ON_COMMIT.has(code) || (!outside(body) && RETRYABLE_CODES.has(code));
  return transient ? [TRANSIENT_TRANSACTION_ERROR] : [];
}
