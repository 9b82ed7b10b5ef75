import { RegistrationDraftModel } from "../../../models/registration-draft.ts";
import { RegistrationModel } from "../../../models/registration.ts";
import { StoredFileModel } from "../../../models/stored-file.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext } from "../../command-context.ts";

/** The registration that a scan is for, and who may see it: the approver only (REG-29). */
export interface ScanUse {
  registrationId: string;
  idNumberIndex: string;
  reviewerId: string;
}

/**
 * Gives an uploaded scan to a registration. It must be fresh or kept by a draft, or of an earlier registration of the
 * same ID number that is no longer pending; anything else is `file.not_found` (404).
 */
export async function useScan(ctx: CommandContext, fileId: string, use: ScanUse): Promise<void> {
  const file = await StoredFileModel.findById(fileId).lean();
  if (file === null) throw new AppError("file.not_found");
  const isOwn = file.uploadedByAccountId === null || file.uploadedByAccountId === ctx.actor?.accountId;
  const mayUse = isOwn && (await isFree(file.usedBy, use.idNumberIndex));
  if (!mayUse) throw new AppError("file.not_found");
  const taken = await StoredFileModel.updateOne(
    { _id: fileId, usedBy: file.usedBy },
    { $set: { usedBy: use.registrationId, scopeIds: [use.reviewerId] }, $inc: { version: 1 } },
  );
  if (taken.matchedCount === 0) throw new AppError("file.not_found");
}

/** Nothing uses it but a draft, perhaps one that went on at another device (REG-30), or an application that has ended. */
async function isFree(usedBy: string | null, idNumberIndex: string): Promise<boolean> {
  if (usedBy === null || (await isFormerScan(usedBy, idNumberIndex))) return true;
  return (await RegistrationDraftModel.exists({ _id: usedBy })) !== null;
}

async function isFormerScan(usedBy: string, idNumberIndex: string): Promise<boolean> {
  const own = { _id: usedBy, idNumberIndex, status: { $in: ["rejected" as const, "withdrawn" as const] } };
  return (await RegistrationModel.exists(own)) !== null;
}
