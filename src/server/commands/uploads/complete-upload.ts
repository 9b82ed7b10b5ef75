import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { StoredFile } from "../../../models/stored-file.ts";
import { type Upload, UploadModel } from "../../../models/upload.ts";
import { AppError } from "../../../shared/app-error.ts";
import { openBlob, putBlob } from "../../blobs.ts";
import type { CommandContext, UploadedFile } from "../../command-context.ts";
import { getUpload, partNames } from "../../queries/uploads/get-upload.ts";
import { recogniseFile } from "../../recognise-file.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { scanFile } from "../../scan-file.ts";
import { recordFile } from "../platform/store-file.ts";
import { removeUpload } from "./remove-upload.ts";

const videoTypes: readonly string[] = ["video/mp4", "video/webm", "video/quicktime"];

/**
 * Makes one file of an upload's parts: hashed, recognised by content, scanned (REG-29, PLN-12). Of two at once one
 * succeeds. Errors: `upload.not_found` (404), `upload.incomplete` (409), `upload.checksum_mismatch` (400) when it is
 * not what was announced, `file.wrong_type` (415), those of the scan, `request.conflict` (409).
 */
export async function completeUpload(ctx: CommandContext, input: { id: string }): Promise<StoredFile> {
  const { upload, parts, received } = await getUpload(ctx, input);
  if (received.length < parts) throw new AppError("upload.incomplete", { missing: parts - received.length });
  const path = join(tmpdir(), `xueshi-upload-${randomUUID()}`);
  try {
    const file = await assemble(upload, path);
    await scanFile(ctx.app.env.CLAMAV_ADDRESS, path);
    await putBlob(file.sha256, path);
    const stored = await runCommand(ctx.app, callerOf(ctx), (step) => settle(step, upload, file));
    await removeUpload(upload);
    return stored;
  } finally {
    await rm(path, { force: true });
  }
}

async function assemble(upload: Upload, path: string): Promise<UploadedFile> {
  const hash = createHash("sha256");
  await pipeline(Readable.from(bytesOf(upload, hash)), createWriteStream(path, { mode: 0o600 }));
  const sha256 = hash.digest("hex");
  if (upload.sha256 !== null && upload.sha256 !== sha256) throw new AppError("upload.checksum_mismatch");
  const mimeType = await recogniseFile(path, upload.name);
  if (mimeType === null || !videoTypes.includes(mimeType))
    throw new AppError("file.wrong_type", { accepted: "mp4/webm/mov" });
  return { path, name: upload.name, size: upload.size, sha256, mimeType };
}

async function* bytesOf(upload: Upload, hash: { update(chunk: Buffer): unknown }): AsyncGenerator<Buffer> {
  for (const name of partNames(upload)) {
    const part = await openBlob(name);
    // Somebody has just given it up.
    if (part === null) throw new AppError("upload.not_found");
    for await (const chunk of part as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
  }
}

/** The row stays, expired, until its parts are removed: a node that dies in between leaves them to the clean-up. */
async function settle(ctx: CommandContext, upload: Upload, file: UploadedFile): Promise<StoredFile> {
  const stored = await recordFile(ctx, file);
  const settled = await UploadModel.updateOne(
    { _id: upload._id, fileId: null },
    { $set: { fileId: stored._id, expiresAt: ctx.clock.now() }, $inc: { version: 1 } },
  );
  if (settled.matchedCount === 0) throw new AppError("request.conflict");
  return stored;
}
