import { randomUUID } from "node:crypto";
import type Koa from "koa";
import type { App } from "../command-context.ts";

/** Gives each request an id and logs its outcome by route pattern: never a URL, a query or a body (NFR-02). */
export function requestLog(app: App): Koa.Middleware {
  return async (koa, next) => {
    const requestId = randomUUID();
    koa.state["requestId"] = requestId;
    koa.set("X-Request-Id", requestId);
    const startedAt = performance.now();
    try {
      await next();
    } finally {
      const ms = Math.round(performance.now() - startedAt);
      const route = (koa as { routerPath?: string; _matchedRoute?: unknown })._matchedRoute;
      if (koa.path.startsWith("/api/")) {
        app.log.info(
          { requestId, method: koa.method, route: String(route ?? "unmatched"), status: koa.status, ms },
          "request",
        );
      }
    }
  };
}
