import { type Upload, UploadModel } from "../../../models/upload.ts";
import { AppError } from "../../../shared/app-error.ts";
import { partBytes } from "../../../shared/contracts/uploads.ts";
import { storedBlobs } from "../../blobs.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";

/** An upload and which of its parts have arrived, in their order. */
export interface UploadProgress {
  upload: Upload;
  parts: number;
  received: number[];
}

/** One of the actor's own uploads that is under way; `upload.not_found` (404) for all others and after it expired. */
export async function loadOwnUpload(ctx: CommandContext, id: string): Promise<Upload> {
  const { accountId, roleKey } = requireActor(ctx);
  const own = { _id: id, accountId, roleKey, fileId: null, expiresAt: { $gt: ctx.clock.now() } };
  const upload = await UploadModel.findOne(own).lean<Upload>();
  if (upload === null) throw new AppError("upload.not_found");
  return upload;
}

/** How far one of the actor's uploads has come, for going on with it (PLN-12). Errors: `loadOwnUpload`'s. */
export async function getUpload(ctx: CommandContext, { id }: { id: string }): Promise<UploadProgress> {
  return await progressOf(await loadOwnUpload(ctx, id));
}

/** Which parts of an upload have arrived. */
export async function progressOf(upload: Upload): Promise<UploadProgress> {
  const names = partNames(upload);
  const stored = await storedBlobs(names);
  return {
    upload,
    parts: names.length,
    received: names.flatMap((name, index) => (stored.has(name) ? [index] : [])),
  };
}

/** The names under which the parts of an upload are kept, in their order. */
export function partNames({ _id, size }: Pick<Upload, "_id" | "size">): string[] {
  return Array.from({ length: Math.ceil(size / partBytes) }, (_, index) => `upload-${_id}-${index}`);
}
