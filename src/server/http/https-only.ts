import type Koa from "koa";
import type { App } from "../command-context.ts";

/**
 * Sends whoever came to the proxy without TLS to the same address with it (GEN-02). Only when the platform's address is
 * https, and a trusted proxy says how it was asked; the method and the body stay (308).
 */
export function httpsOnly(app: App): Koa.Middleware {
  const { PUBLIC_URL, TRUSTED_PROXIES } = app.env;
  const origin = PUBLIC_URL?.startsWith("https://") === true ? new URL(PUBLIC_URL).origin : null;
  return async (koa, next) => {
    const asked = koa.get("x-forwarded-proto");
    if (origin === null || TRUSTED_PROXIES === 0 || asked === "" || koa.protocol === "https") return next();
    koa.status = 308;
    koa.set("Location", origin + koa.path + koa.search);
    koa.body = "";
  };
}
