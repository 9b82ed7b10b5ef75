import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { AppError } from "../../shared/app-error.ts";
import { renderError } from "./error-handler.ts";

/**
 * Answers what Node could not read as a request (no HTTP, or an address and headers of more than 16 KB) in the one shape
 * of errors, and hangs up: nothing that follows on the connection can be trusted.
 */
export function refuseUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === "HPE_HEADER_OVERFLOW";
  const known = new AppError(tooLarge ? "request.header_too_large" : "request.malformed");
  const body = JSON.stringify(renderError(known, randomUUID()));
  const head = [
    `HTTP/1.1 ${known.status} ${tooLarge ? "Request Header Fields Too Large" : "Bad Request"}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
