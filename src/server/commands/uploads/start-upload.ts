import { type Upload, UploadModel } from "../../../models/upload.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { mostUploads, type startUpload as contract } from "../../../shared/contracts/uploads.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeApplying } from "../../permissions/applications.ts";
import { progressOf, type UploadProgress } from "../../queries/uploads/get-upload.ts";
import { isDuplicateKey } from "../../run-command.ts";
import { recordAudit } from "../record-audit.ts";

const keptMs = 3 * 24 * 3_600_000;
const megabyte = 1024 * 1024;

/**
 * Begins an upload of a training video, for whoever declares hours of plans (PLN-12). It may be gone on with for three
 * days. Errors: `permission.denied` (403), `file.too_large` (413) above `VIDEO_MAX_MB`, `upload.too_many` (409).
 */
export async function startUpload(
  ctx: CommandContext,
  { name, size, sha256 }: InputOf<typeof contract>,
): Promise<UploadProgress> {
  const actor = requireActor(ctx);
  authorizeApplying(actor, "plan-declaration");
  const limitMb = ctx.app.env.VIDEO_MAX_MB;
  if (size > limitMb * megabyte) throw new AppError("file.too_large", { limit: `${limitMb}MB` });
  const upload: Upload = {
    _id: ctx.newId(),
    accountId: actor.accountId,
    roleKey: actor.roleKey,
    slot: await freeSlot(actor),
    name,
    size,
    sha256: sha256 ?? null,
    fileId: null,
    expiresAt: new Date(ctx.clock.now().getTime() + keptMs),
    version: 0,
  };
  try {
    await UploadModel.create([upload]);
  } catch (error) {
    // Two windows that begin at the same moment: one takes the place.
    if (isDuplicateKey(error, "slot_of_uploader")) throw new AppError("request.conflict");
    throw error;
  }
  await recordAudit(ctx, "upload.started", { subjectId: upload._id, data: { size } });
  return await progressOf(upload);
}

async function freeSlot({ accountId, roleKey }: Actor): Promise<number> {
  const taken = await UploadModel.find({ accountId, roleKey }, { slot: 1 }).limit(mostUploads).lean();
  const slots = new Set(taken.map(({ slot }) => slot));
  for (let slot = 0; slot < mostUploads; slot += 1) if (!slots.has(slot)) return slot;
  throw new AppError("upload.too_many", { limit: mostUploads });
}
