import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { partBytes, type sendUploadPart as contract } from "../../../shared/contracts/uploads.ts";
import { putBlob, removeBlob } from "../../blobs.ts";
import type { CommandContext, UploadedFile } from "../../command-context.ts";
import { loadOwnUpload, partNames } from "../../queries/uploads/get-upload.ts";

/**
 * Keeps one part of an upload; one that is there already stays as it is. Only bytes are written, and no
 * row: which parts there are is what is stored. Errors: `upload.not_found` (404), `upload.part_invalid` (400) for a part that
 * the file does not have, or of another length.
 */
export async function sendUploadPart(
  ctx: CommandContext,
  { id, index, file }: InputOf<typeof contract> & { file: UploadedFile },
): Promise<{ index: number }> {
  const upload = await loadOwnUpload(ctx, id);
  const name = partNames(upload)[index];
  const length = Math.min(partBytes, upload.size - index * partBytes);
  if (name === undefined || file.size !== length)
    throw new AppError("upload.part_invalid", { parts: partNames(upload).length, length });
  await putBlob(name, file.path);
  try {
    await loadOwnUpload(ctx, id);
  } catch (error) {
    // It was completed or given up meanwhile: nobody would ever ask for this part.
    await removeBlob(name);
    throw error;
  }
  return { index };
}
