import { StoredFileModel } from "../../../models/stored-file.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";

/** What files prove, and which organizations see them through it. */
export interface FileUse {
  usedBy: string;
  scopeIds: readonly string[];
  /** files that the item already has: another administrator of the same organization may have uploaded them */
  alreadyUsed?: readonly string[];
}

/**
 * Gives files to an item. They must exist and be the actor's own uploads (or the item's already); else
 * `file.not_found` (404), so that nobody learns of other people's files.
 */
export async function useFiles(ctx: CommandContext, fileIds: readonly string[], use: FileUse): Promise<void> {
  const wanted = [...new Set(fileIds)];
  if (wanted.length === 0) return;
  await requireFiles(ctx, wanted, use.alreadyUsed ?? []);
  await StoredFileModel.updateMany(
    { _id: { $in: wanted } },
    { $set: { usedBy: use.usedBy }, $addToSet: { scopeIds: { $each: [...new Set(use.scopeIds)] } } },
  );
}

async function requireFiles(
  ctx: CommandContext,
  wanted: readonly string[],
  alreadyUsed: readonly string[],
): Promise<void> {
  const { accountId } = requireActor(ctx);
  const files = await StoredFileModel.find({ _id: { $in: [...wanted] } }, { uploadedByAccountId: 1 }).lean();
  const own = files.filter(
    (file) => file.uploadedByAccountId === accountId || alreadyUsed.includes(file._id),
  );
  if (own.length !== wanted.length) throw new AppError("file.not_found");
}
