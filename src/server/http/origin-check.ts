import type Koa from "koa";
import { AppError } from "../../shared/app-error.ts";
import type { App } from "../command-context.ts";

const reads = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Writes come from the platform's own pages, or from programs, which send no Origin. A page of another site cannot
 * leave the header out.
 */
export function originCheck(app: App): Koa.Middleware {
  return async (koa, next) => {
    if (!reads.has(koa.method) && !isOwn(app, koa)) throw new AppError("request.wrong_origin");
    await next();
  };
}

function isOwn(app: App, koa: Koa.Context): boolean {
  const origin = koa.get("origin");
  if (origin === "") return koa.get("sec-fetch-site") !== "cross-site";
  const own =
    app.env.PUBLIC_URL === undefined ? `${koa.protocol}://${koa.host}` : new URL(app.env.PUBLIC_URL).origin;
  return origin === own;
}
