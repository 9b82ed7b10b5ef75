import { createSecretKey } from "node:crypto";
import type Koa from "koa";
import jwt from "koa-jwt";
import { z } from "zod";
import type { App } from "../command-context.ts";
import { loadActor } from "../queries/accounts/load-actor.ts";
import type { Caller } from "../run-command.ts";
import { sessionCookie } from "./session-cookie.ts";

const claims = z.object({ sid: z.string() });

/** Reads the cookie's token (koa-jwt); whether a missing one matters is each endpoint's word. */
export function readToken(app: App): Koa.Middleware {
  // A string would be tried as a public key on each request, which costs more than the check itself; jsonwebtoken
  // takes a key object, koa-jwt's types do not know it.
  const key = createSecretKey(Buffer.from(app.secrets.signingKey, "utf8")) as unknown as Buffer;
  return jwt({
    secret: key,
    cookie: sessionCookie,
    key: "token",
    passthrough: true,
    algorithms: ["HS256"],
  });
}

/** Finds the session that the token names. A forged, expired or revoked one leaves the caller unknown. */
export function loadSession(app: App): Koa.Middleware {
  return async (koa, next) => {
    const parsed = claims.safeParse(koa.state["token"]);
    const actor = parsed.success ? await loadActor(app, parsed.data.sid) : null;
    koa.state["tokenPresented"] =
      koa.cookies.get(sessionCookie) !== undefined || koa.get("authorization") !== "";
    const caller: Caller = {
      actor,
      requestId: String(koa.state["requestId"]),
      address: koa.ip,
      loopback: isLoopback(koa),
    };
    koa.state["caller"] = caller;
    await next();
  };
}

function isLoopback(koa: Koa.Context): boolean {
  const address = koa.req.socket.remoteAddress ?? "";
  const forwarded = koa.get("x-forwarded-for") !== "";
  return !forwarded && (address.startsWith("127.") || address === "::1" || address.startsWith("::ffff:127."));
}
