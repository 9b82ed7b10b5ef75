import { RegistrationDraftModel } from "../../../models/registration-draft.ts";
import type { App } from "../../command-context.ts";
import { runCommand, systemCaller } from "../../run-command.ts";
import { releaseDraftFiles } from "../drafts/draft-files.ts";
import { recordAudit } from "../record-audit.ts";

const atOnce = 200;

/**
 * Removes drafts of registrations that nobody has saved for `DRAFT_DAYS` (REG-30), and gives their scans free. Returns
 * how many it found; call it again while that is not zero. Safe on several nodes at once.
 */
export async function removeExpiredRegistrationDrafts(app: App): Promise<number> {
  const expired = { expiresAt: { $lte: app.clock.now() } };
  const drafts = await RegistrationDraftModel.find(expired, { kind: 1 }).limit(atOnce).lean();
  for (const { _id, kind } of drafts)
    await runCommand(app, systemCaller("tidy"), async (ctx) => {
      // Guarded: one that was saved again meanwhile stays.
      const { deletedCount } = await RegistrationDraftModel.deleteOne({ _id, ...expired });
      if (deletedCount === 0) return;
      await releaseDraftFiles(_id);
      await recordAudit(ctx, "registration_draft.expired", { subjectId: _id, data: { kind } });
    });
  return drafts.length;
}
