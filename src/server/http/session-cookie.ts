import type Koa from "koa";
import type { App } from "../command-context.ts";

export const sessionCookie = "xueshi_session";

/** Sets the session's token, or removes it. Scripts never see it; other sites never send it with a write. */
export function setSessionCookie(app: App, koa: Koa.Context, token: string | null): void {
  const secure = app.env.PUBLIC_URL?.startsWith("https://") === true;
  const attributes = ["Path=/", "HttpOnly", "SameSite=Lax", ...(secure ? ["Secure"] : [])];
  if (token === null) attributes.push("Max-Age=0");
  koa.append("Set-Cookie", [`${sessionCookie}=${token ?? ""}`, ...attributes].join("; "));
}
