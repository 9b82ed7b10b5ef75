import { Buffer } from "node:buffer";
import type Koa from "koa";
import type { BinaryResult } from "./binary-result.ts";

/** Answers with a file. Its name travels as RFC 5987, so Chinese names survive. */
export function sendBinary(koa: Koa.Context, result: BinaryResult): void {
  koa.status = 200;
  koa.type = result.contentType;
  koa.set(
    "Content-Disposition",
    `${result.disposition}; filename*=UTF-8''${encodeURIComponent(result.fileName).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)}`,
  );
  // Uploads are shown only as what they are, and never run anything.
  koa.set("X-Content-Type-Options", "nosniff");
  koa.set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'");
  if (result.contentType === "application/pdf") koa.remove("Content-Security-Policy");
  if (result.sha256 !== undefined) koa.etag = result.sha256;
  koa.body = result.content instanceof Uint8Array ? Buffer.from(result.content) : result.content;
}
