import { type Doc, docOf, integer, isDoc, isTruthy, toNumber, type Value } from "../bson/values.ts";
import { DatabaseError, labelsOf, notImplemented } from "../errors.ts";
import type { Command, Server } from "./context.ts";

/** Thrown where a fail point cuts the connection: no answer is sent. */
export class ConnectionCut extends Error {}

/** `configureFailPoint`, for tests of drivers: only when the server was started with it allowed. */
export function setFailPoint({ server: { failPoints }, body }: Command): Doc {
  if (!failPoints.enabled)
    throw new DatabaseError("CommandNotFound", "no such command: 'configureFailPoint'");
  const kind = String(body.get("configureFailPoint"));
  if (kind !== "failCommand" && kind !== "onPrimaryTransactionalWrite")
    throw notImplemented(`the fail point ${kind}`);
  const mode = body.get("mode");
  const data = body.get("data") ?? new Map();
  failPoints.active = mode === "off" || !isDoc(data) ? null : data;
  failPoints.left = modeNumber(mode, "times", Number.POSITIVE_INFINITY);
  failPoints.skip = modeNumber(mode, "skip", 0);
  return docOf({ count: integer(0) });
}

function modeNumber(mode: Value | undefined, name: string, otherwise: number): number {
  return isDoc(mode) && mode.has(name) ? toNumber(mode.get(name)) : otherwise;
}

/** The data of the active fail point, if it is due: each call counts as one. */
function due(failPoints: Server["failPoints"]): Doc | null {
  if (failPoints.skip-- > 0) return null;
  return failPoints.left-- > 0 ? failPoints.active : null;
}

/**
 * Does to a command what the active fail point says: waits, cuts its connection or fails it, by throwing.
 * Returns fields that it adds to the reply.
 */
export async function failPoint({ failPoints }: Server, body: Doc): Promise<Doc | null> {
  const [name = ""] = body.keys();
  const commands = failPoints.active?.get("failCommands");
  if (!Array.isArray(commands) || !commands.includes(name)) return null;
  const data = due(failPoints);
  if (!data) return null;
  const delay = toNumber(data.get("blockTimeMS"));
  if (isTruthy(data.get("blockConnection"))) await new Promise((resolve) => setTimeout(resolve, delay));
  if (isTruthy(data.get("closeConnection"))) throw new ConnectionCut();
  if (data.has("errorCode")) {
    const error = new DatabaseError(
      toNumber(data.get("errorCode")),
      "Failing command via 'failCommand' failpoint",
    );
    throw Object.assign(error, { labels: labelsIn(data) });
  }
  return concernOf(data, body);
}

/** The labels that a fail point asks for; null where it leaves them to the code. */
function labelsIn(data: Doc): string[] | null {
  const labels = data.get("errorLabels");
  return Array.isArray(labels) ? labels.map(String) : null;
}

function concernOf(data: Doc, body: Doc): Doc | null {
  const writeConcernError = data.get("writeConcernError");
  if (!isDoc(writeConcernError)) return null;
  const own = labelsOf(toNumber(writeConcernError.get("code")), body);
  const labels = labelsIn(data) ?? own.filter((label) => label === "RetryableWriteError");
  return docOf({ writeConcernError, errorLabels: labels.length > 0 ? labels : undefined });
}

/**
 * `onPrimaryTransactionalWrite`, asked for each new statement of a retryable write: "before" to fail it before
 * it is durable, "after" to cut the connection once it is, null to let it pass.
 */
export function writeFault({ failPoints }: Server): "before" | "after" | null {
  const data = failPoints.active?.has("failCommands") ? null : due(failPoints);
  return data && (data.has("failBeforeCommitExceptionCode") ? "before" : "after");
}
