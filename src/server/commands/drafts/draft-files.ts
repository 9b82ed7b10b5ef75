import { StoredFileModel } from "../../../models/stored-file.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext } from "../../command-context.ts";

/**
 * Keeps the caller's own uploads for a draft: without it they would be removed after a day as unused (REG-29). Those of
 * somebody without an account are whoever's that knows their id, until something uses them. `file.not_found` (404) for
 * others' files and for those that are gone.
 */
export async function keepDraftFiles(
  ctx: CommandContext,
  draftId: string,
  fileIds: readonly string[],
): Promise<void> {
  const wanted = [...new Set(fileIds)];
  await releaseDraftFiles(draftId, wanted);
  if (wanted.length === 0) return;
  const owner = ctx.actor?.accountId ?? null;
  const free = owner === null ? { usedBy: { $in: [null, draftId] } } : {};
  const own = { _id: { $in: wanted }, uploadedByAccountId: owner, ...free };
  if ((await StoredFileModel.countDocuments(own)) !== wanted.length) throw new AppError("file.not_found");
  await StoredFileModel.updateMany({ ...own, usedBy: null }, { $set: { usedBy: draftId } });
}

/** The files that a draft kept, but for `except`, are nobody's again: what nothing else uses is removed later. */
export async function releaseDraftFiles(draftId: string, except: readonly string[] = []): Promise<void> {
  await StoredFileModel.updateMany(
    { usedBy: draftId, _id: { $nin: [...except] } },
    { $set: { usedBy: null } },
  );
}
