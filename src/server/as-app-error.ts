import { MongoError, MongoNetworkError, MongoServerSelectionError } from "mongodb";
import { AppError } from "../shared/app-error.ts";
import type { CommandContext } from "./command-context.ts";

/** What a caller is told of an error: its own code, or `server.internal` for one that nobody threw on purpose. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError)
    return new AppError("server.busy");
  if (error instanceof MongoError && error.hasErrorLabel("TransientTransactionError"))
    return new AppError("request.conflict");
  if (error instanceof URIError) return new AppError("request.malformed");
  if (isHttpError(error)) {
    if (error.status === 404) return new AppError("request.not_found");
    if (error.status === 413) return new AppError("request.too_large");
    return new AppError("request.malformed");
  }
  return new AppError("server.internal");
}

function isHttpError(error: unknown): error is { status: number } {
  if (typeof error !== "object" || error === null || !("status" in error)) return false;
  return typeof error.status === "number" && error.status >= 400 && error.status < 500;
}

/** Errors of the language and our own, whose words name no value that was sent; what drivers and parsers say may quote one. */
const sayNoValues: ReadonlySet<unknown> = new Set([Error, TypeError, RangeError, ReferenceError]);

/** What a log may hold of an unknown error: its kind and stack, never the values that a driver quotes (NFR-02). */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const frames = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  const code = "code" in error ? error.code : undefined;
  const message = sayNoValues.has(error.constructor)
    ? { message: error.message.replace(/\d{6,}/g, "…").slice(0, 300) }
    : {};
  return { kind: error.name, code, ...message, stack: frames.slice(0, 12).join("\n") };
}

/** Why one row of many was refused. A row that failed for no reason of its own says so without details; the log has them. */
export function rowRefusal(ctx: CommandContext, error: unknown): AppError {
  const known = asAppError(error);
  if (known.code === "server.internal")
    ctx.app.log.error({ requestId: ctx.requestId, ...describeError(error) }, "a row of a batch failed");
  return known;
}
