import { DraftModel } from "../../../models/draft.ts";
import type { App } from "../../command-context.ts";
import { runCommand, systemCaller } from "../../run-command.ts";
import { recordAudit } from "../record-audit.ts";
import { releaseDraftFiles } from "./draft-files.ts";

const atOnce = 200;

/**
 * Removes drafts that nobody has saved for `DRAFT_DAYS`, and gives their files free. Returns how many it found; call it
 * again while that is not zero. Safe on several nodes at once.
 */
export async function removeExpiredDrafts(app: App): Promise<number> {
  const expired = { expiresAt: { $lte: app.clock.now() } };
  const drafts = await DraftModel.find(expired, { kind: 1 }).limit(atOnce).lean();
  for (const { _id, kind } of drafts)
    await runCommand(app, systemCaller("tidy"), async (ctx) => {
      // Guarded: one that was saved again meanwhile stays.
      const { deletedCount } = await DraftModel.deleteOne({ _id, ...expired });
      if (deletedCount === 0) return;
      await releaseDraftFiles(_id);
      await recordAudit(ctx, "draft.expired", { subjectId: _id, data: { kind } });
    });
  return drafts.length;
}
