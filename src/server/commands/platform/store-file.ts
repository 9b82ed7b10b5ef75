import { type StoredFile, StoredFileModel } from "../../../models/stored-file.ts";
import { putBlob } from "../../blobs.ts";
import type { CommandContext, UploadedFile } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { limitRate } from "../limit-rate.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * Keeps an upload: its bytes once by SHA-256, and a row of this use of them that belongs to the uploader until an
 * item uses it (REG-29). Type and size were checked by content when it arrived.
 */
export async function storeFile(ctx: CommandContext, input: { file: UploadedFile }): Promise<StoredFile> {
  const { sha256, path } = input.file;
  await putBlob(sha256, path);
  return runCommand(ctx.app, callerOf(ctx), (step) => recordFile(step, input.file));
}

/** The same for somebody without an account; kept only if a registration uses it within a day. */
export async function storeRegistrationFile(
  ctx: CommandContext,
  input: { file: UploadedFile },
): Promise<StoredFile> {
  await limitRate(ctx, { action: "registration-file", key: ctx.address, limit: 60, windowSeconds: 3600 });
  return storeFile({ ...ctx, actor: null }, input);
}

/** The row of a file whose bytes are stored. */
export async function recordFile(
  ctx: CommandContext,
  file: Pick<UploadedFile, "name" | "sha256" | "size" | "mimeType">,
): Promise<StoredFile> {
  const row: StoredFile = {
    _id: ctx.newId(),
    sha256: file.sha256,
    name: file.name,
    mimeType: file.mimeType,
    size: file.size,
    uploadedByAccountId: ctx.actor?.accountId ?? null,
    usedBy: null,
    scopeIds: [],
    createdAt: ctx.clock.now(),
    version: 0,
  };
  await StoredFileModel.create([row]);
  const { sha256, size, mimeType } = file;
  await recordAudit(ctx, "file.stored", { subjectId: row._id, data: { sha256, size, mimeType } });
  return row;
}
