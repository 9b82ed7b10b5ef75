import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type Koa from "koa";
import send from "koa-send";
import { projectRoot } from "../../shared/project-root.ts";

const day = 24 * 3600 * 1000;

/** Serves the built pages: hashed assets for ever, and index.html for every address that is a page of the app. */
export function pages(): Koa.Middleware {
  const root = join(projectRoot(), "dist/web");
  return async (koa, next) => {
    if (koa.method !== "GET" && koa.method !== "HEAD") return next();
    if (koa.path.startsWith("/api/") || koa.path === "/api") return next();
    if (koa.path.startsWith("/assets/")) {
      await send(koa, koa.path, { root, maxage: 365 * day, immutable: true });
      return;
    }
    const isFile = /^\/[\w.-]+\.\w+$/.test(koa.path) && existsSync(join(root, koa.path));
    await send(koa, isFile ? koa.path : "/index.html", { root, maxage: 0 });
  };
}

const docsPage = `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>接口文档</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="ui"></div><script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>`;
const docsStart = `window.ui = SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#ui", deepLinking: true });`;

/** Offline documentation of the API at /api/docs, from the package swagger-ui-dist. */
export function apiDocs(): Koa.Middleware {
  const root = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  return async (koa, next) => {
    if (koa.method !== "GET" || !/^\/api\/docs(\/|$)/.test(koa.path)) return next();
    const name = koa.path.slice("/api/docs/".length);
    if (name === "swagger-ui.css" || name === "swagger-ui-bundle.js") {
      await send(koa, name, { root, maxage: day });
      return;
    }
    koa.type = name === "start.js" ? "text/javascript" : "text/html";
    koa.body = name === "start.js" ? docsStart : docsPage;
  };
}
