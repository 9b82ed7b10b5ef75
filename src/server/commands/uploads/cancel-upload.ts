import { UploadModel } from "../../../models/upload.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext } from "../../command-context.ts";
import { loadOwnUpload } from "../../queries/uploads/get-upload.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { recordAudit } from "../record-audit.ts";
import { removeUpload } from "./remove-upload.ts";

/** Gives one of the actor's uploads up. Errors: `upload.not_found` (404), `request.conflict` (409) when it is just completed. */
export async function cancelUpload(ctx: CommandContext, { id }: { id: string }): Promise<{ ok: true }> {
  const upload = await loadOwnUpload(ctx, id);
  await runCommand(ctx.app, callerOf(ctx), async (step) => {
    const ended = { $set: { expiresAt: step.clock.now() }, $inc: { version: 1 } };
    const { matchedCount } = await UploadModel.updateOne({ _id: id, fileId: null }, ended);
    if (matchedCount === 0) throw new AppError("request.conflict");
    await recordAudit(step, "upload.cancelled", { subjectId: id, data: {} });
  });
  await removeUpload(upload);
  return { ok: true };
}
