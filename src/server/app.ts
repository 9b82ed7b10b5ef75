import Router from "@koa/router";
import Koa from "koa";
import compress from "koa-compress";
import helmet from "koa-helmet";
import { z } from "zod";
import { fieldMessages } from "../shared/field-messages.ts";
import type { App } from "./command-context.ts";
import { dispatch } from "./http/dispatch.ts";
import { errorHandler } from "./http/error-handler.ts";
import { health } from "./http/health.ts";
import { httpsOnly } from "./http/https-only.ts";
import { loadSession, readToken } from "./http/load-session.ts";
import { openApiDocument } from "./http/openapi.ts";
import { originCheck } from "./http/origin-check.ts";
import { apiDocs, pages } from "./http/pages.ts";
import { requestLog } from "./http/request-log.ts";
import { endpoints } from "./routes/all.ts";

// Messages that a contract does not word itself are Chinese too.
z.config(fieldMessages);

/** Builds the Koa application; `start-server.ts` listens. */
export function buildKoa(app: App, isStopping: () => boolean): Koa {
  const koa = new Koa({ proxy: app.env.TRUSTED_PROXIES > 0, maxIpsCount: app.env.TRUSTED_PROXIES });
  koa.silent = true;
  koa.on("error", (error: unknown) => {
    // A client that went away is no fault of ours.
    app.log.debug({ kind: error instanceof Error ? error.name : "unknown" }, "connection error");
  });
  koa.use(requestLog(app));
  koa.use(errorHandler(app));
  koa.use(health(isStopping));
  koa.use(httpsOnly(app));
  koa.use(securityHeaders(app));
  koa.use(compress({ br: false }));
  koa.use(apiDocs());
  koa.use(pages());
  koa.use(originCheck(app));
  koa.use(readToken(app));
  koa.use(loadSession(app));
  const router = buildRouter(app);
  koa.use(router.routes());
  koa.use(router.allowedMethods());
  return koa;
}

function buildRouter(app: App): Router {
  const router = new Router({ prefix: "/api" });
  // Made when it is first asked for: it takes longer than the rest of the start.
  let document: object | undefined;
  router.get("/openapi.json", (koa) => {
    document ??= openApiDocument(app, endpoints);
    koa.body = document;
  });
  for (const endpoint of endpoints) {
    const method = endpoint.contract.method.toLowerCase() as "get" | "post" | "put" | "delete";
    router[method](endpoint.contract.path, (koa) => dispatch(app, endpoint, koa));
  }
  return router;
}

function securityHeaders(app: App): Koa.Middleware {
  const https = app.env.PUBLIC_URL?.startsWith("https://") === true;
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // antd writes its styles at run time.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", "data:", "blob:"],
        fontSrc: ["'self'", "data:"],
        frameSrc: ["'self'", "blob:"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    strictTransportSecurity: https,
    crossOriginEmbedderPolicy: false,
  });
}
