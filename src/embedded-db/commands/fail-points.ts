import { type Doc, docOf, integer, isDoc, isTruthy, toNumber, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
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
  if (command.body.get("configureFailPoint") !== "failCommand")
    throw new DatabaseError("NotImplemented", "only the fail point failCommand is supported");
  const mode = command.body.get("mode");
  const data = command.body.get("data");
  failPoints.active = mode === "off" || !isDoc(data) ? null : data;
  failPoints.left = isDoc(mode) ? toNumber(mode.get("times")) : Number.POSITIVE_INFINITY;
  return docOf({ count: integer(0) });
}

/** What the active fail point does to this command; null for nothing. */
export function failPointFor({ failPoints }: Server, body: Doc, name: string): FailPointResult | null {
  const data = failPoints.active;
  if (!data || failPoints.left <= 0) return null;
  const names = data.get("failCommands");
  if (!Array.isArray(names) || !names.includes(name)) return null;
  failPoints.left--;
  const delayed = isTruthy(data.get("blockConnection")) ? toNumber(data.get("blockTimeMS")) : 0;
  const labels = data.get("errorLabels");
  const concern = data.get("writeConcernError");
  return {
    close: isTruthy(data.get("closeConnection")),
    delayMs: delayed,
    error: errorOf(data, body, Array.isArray(labels) ? labels.map(String) : null),
    writeConcernError: isDoc(concern) ? concern : null,
    labels: concernLabels(concern, labels, body),
  };
}

function concernLabels(concern: Value | undefined, labels: Value | undefined, body: Doc): Value[] | null {
  if (Array.isArray(labels)) return labels;
  if (!isDoc(concern) || !body.has("txnNumber")) return null;
  return RETRYABLE_CODES.has(toNumber(concern.get("code"))) ? ["RetryableWriteError"] : null;
}

function errorOf(data: Doc, body: Doc, labels: string[] | null): DatabaseError | null {
  const code = data.get("errorCode");
  if (code === undefined) return null;
  const error = new DatabaseError(toNumber(code), "Failing command via 'failCommand' failpoint");
  const retryable =
    body.has("txnNumber") &&
    (body.get("autocommit") === undefined || body.has("commitTransaction") || body.has("abortTransaction"));
  error.labels = labels ?? (retryable && RETRYABLE_CODES.has(error.code) ? ["RetryableWriteError"] : []);
  return error;
}
