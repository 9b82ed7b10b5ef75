import type Koa from "koa";
import { AppError } from "../../shared/app-error.ts";
import { errorCodes } from "../../shared/error-codes.ts";
import { asAppError, describeError } from "../as-app-error.ts";
import type { App } from "../command-context.ts";

/**
 * The one renderer of errors: `{ error: { code, message, requestId, problems, details } }`. An error that nobody
 * threw on purpose shows only the request id; its text goes to the log.
 */
export function errorHandler(app: App): Koa.Middleware {
  return async (koa, next) => {
    try {
      await next();
      if (koa.body === undefined) refuseUnanswered(koa.status);
    } catch (error) {
      const known = asAppError(error);
      if (known.code === "server.internal") {
        app.log.error({ requestId: koa.state["requestId"], ...describeError(error) }, "request failed");
      }
      if (koa.headerSent) return;
      render(koa, known);
    }
  };
}

/** What no endpoint has answered: the router says which of the two it is, and which methods there are (Allow). */
function refuseUnanswered(status: number): void {
  if (status === 404) throw new AppError("request.not_found");
  if (status === 405 || status === 501) throw new AppError("request.method_not_allowed");
}

function render(koa: Koa.Context, error: AppError): void {
  koa.status = errorCodes[error.code].status;
  koa.set("Cache-Control", "no-store");
  const { seconds } = error.details;
  if (koa.status === 429 && typeof seconds === "number") koa.set("Retry-After", String(seconds));
  koa.body = renderError(error, String(koa.state["requestId"]));
}

/** The one shape of errors (docs/errors.md). */
export function renderError(error: AppError, requestId: string): object {
  const { problems, ...details } = error.details;
  const { code, message } = error;
  return { error: { code, message, requestId, problems: problems ?? [], details } };
}
