import jwt from "jsonwebtoken";
import type { Secrets } from "./secrets.ts";

/**
 * The cookie's token: a signed name of a session row. It carries no expiry of its own, because the row is the
 * authority: it expires when idle, can be revoked at once, and is read on each request anyway.
 */
export function signSessionToken(secrets: Secrets, sessionId: string): string {
  return jwt.sign({ sid: sessionId }, secrets.signingKey, { algorithm: "HS256", noTimestamp: true });
}
