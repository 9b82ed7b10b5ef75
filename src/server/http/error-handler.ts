import type Koa from "koa";
import { MongoError, MongoNetworkError, MongoServerSelectionError } from "mongodb";
import { AppError } from "../../shared/app-error.ts";
import { errorCodes } from "../../shared/error-codes.ts";
import type { App } from "../command-context.ts";

/**
 * The one renderer of errors: `{ error: { code, message, requestId, problems, details } }`. An error that nobody
 * threw on purpose shows only the request id; its text goes to the log.
 */
export function errorHandler(app: App): Koa.Middleware {
  return async (koa, next) => {
    try {
      await next();
      if (koa.status === 404 && koa.body === undefined) throw new AppError("request.not_found");
    } catch (error) {
      const known = asAppError(error);
      if (known.code === "server.internal") {
        app.log.error({ requestId: koa.state["requestId"], ...describe(error) }, "request failed");
      }
      if (koa.headerSent) return;
      render(koa, known);
    }
  };
}

/** What a log may hold of an unknown error: its kind and stack, not the values that a driver quotes. */
function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const frames = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  const code = "code" in error ? error.code : undefined;
  const message =
    error instanceof MongoError ? "database error" : error.message.replace(/\d{6,}/g, "…").slice(0, 300);
  return { kind: error.name, code, message, stack: frames.slice(0, 12).join("\n") };
}

function asAppError(error: unknown): AppError {
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

function render(koa: Koa.Context, error: AppError): void {
  const { problems, ...details } = error.details;
  koa.status = errorCodes[error.code].status;
  koa.set("Cache-Control", "no-store");
  const seconds = details["seconds"];
  if (koa.status === 429 && typeof seconds === "number") koa.set("Retry-After", String(seconds));
  koa.body = {
    error: {
      code: error.code,
      message: error.message,
      requestId: koa.state["requestId"],
      problems: problems ?? [],
      details,
    },
  };
}
