import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import busboy, { type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { AppError } from "../../shared/app-error.ts";
import type { EndpointContract } from "../../shared/contracts/endpoint.ts";
import type { UploadedFile } from "../command-context.ts";
import { recogniseFile } from "../recognise-file.ts";

type UploadRule = NonNullable<EndpointContract["upload"]>;
/** An upload that must be discarded when the request is done. */
export type ReceivedFile = UploadedFile & { discard(): Promise<void> };

const formatNames: Record<string, string> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "application/pdf": "pdf",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "text/csv": "csv",
};

/**
 * Streams one multipart file to a temporary file, never into memory; counts and hashes it on the way, and
 * recognises it by content, not by name (REG-29). Whoever gets it calls `discard` when done.
 */
export async function receiveUpload(
  request: IncomingMessage,
  rule: UploadRule,
): Promise<{ fields: Record<string, string>; file: ReceivedFile }> {
  const path = join(tmpdir(), `xueshi-upload-${randomUUID()}`);
  const discard = () => rm(path, { force: true });
  try {
    const { fields, received } = await receiveParts(request, rule, path);
    if (received === null) throw new AppError("file.missing");
    if (received.truncated)
      throw new AppError("file.too_large", { limit: `${rule.maxBytes / 1024 / 1024}MB` });
    if (received.size === 0) throw new AppError("file.missing");
    const mimeType = await acceptedType(path, received.name, rule.accept);
    const { name, size, sha256 } = received;
    return { fields, file: { path, name, size, sha256, mimeType, discard } };
  } catch (error) {
    await discard();
    throw error;
  }
}

async function acceptedType(path: string, name: string, accept: UploadRule["accept"]): Promise<string> {
  // A part of a file is nothing by itself: the whole is recognised when all parts have come.
  if (accept === "any") return "application/octet-stream";
  const mimeType = await recogniseFile(path, name);
  if (mimeType !== null && accept.includes(mimeType)) return mimeType;
  throw new AppError("file.wrong_type", {
    accepted: accept.map((type) => formatNames[type] ?? type).join("/"),
  });
}

interface Received {
  name: string;
  size: number;
  sha256: string;
  truncated: boolean;
}

async function receiveParts(
  request: IncomingMessage,
  rule: UploadRule,
  path: string,
): Promise<{ fields: Record<string, string>; received: Received | null }> {
  const fields: Record<string, string> = {};
  const saves: Promise<Received>[] = [];
  const parser = openParser(request, rule);
  parser.on("field", (name, value) => {
    if (!(name in Object.prototype)) fields[name] = value;
  });
  parser.on("file", (field, stream, fileName) => {
    if (field !== rule.field || saves.length > 0) {
      stream.resume();
      return;
    }
    saves.push(saveTo(path, stream, fileName));
  });
  try {
    await pipeline(request, parser);
  } catch {
    await Promise.allSettled(saves);
    throw new AppError("request.malformed");
  }
  const [saved] = await Promise.allSettled(saves);
  if (saved?.status === "rejected") throw new AppError("request.malformed");
  return { fields, received: saved?.value ?? null };
}

function openParser(request: IncomingMessage, rule: UploadRule): BusboyInstance {
  const contentType = request.headers["content-type"] ?? "";
  if (!contentType.startsWith("multipart/form-data")) throw new AppError("request.unsupported_type");
  try {
    return new busboy.Busboy({
      headers: { ...request.headers, "content-type": contentType },
      limits: { fileSize: rule.maxBytes, files: 1, fields: 20, fieldSize: 10_000, parts: 25 },
    });
  } catch {
    throw new AppError("request.malformed");
  }
}

async function saveTo(path: string, stream: BusboyFileStream, fileName: string): Promise<Received> {
  const hash = createHash("sha256");
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback) {
      hash.update(chunk);
      size += chunk.length;
      callback(null, chunk);
    },
  });
  await pipeline(stream, meter, createWriteStream(path, { mode: 0o600 }));
  return { name: safeName(fileName), size, sha256: hash.digest("hex"), truncated: stream.truncated };
}

/** The last part of whatever path the browser sent, without control characters. */
function safeName(fileName: string): string {
  const name = basename(fileName.replaceAll("\\", "/"))
    .replace(/\p{Cc}/gu, "")
    .trim();
  return (name === "" ? "未命名文件" : name).slice(-120);
}
