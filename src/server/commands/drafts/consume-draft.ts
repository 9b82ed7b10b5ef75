import { type DraftKind, DraftModel } from "../../../models/draft.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext } from "../../command-context.ts";
import { getDraft } from "../../queries/drafts/get-draft.ts";
import { recordAudit } from "../record-audit.ts";
import { releaseDraftFiles } from "./draft-files.ts";

/**
 * The draft is what was just submitted, and is gone with it: of two submissions of one draft only one succeeds.
 * `draft.not_found` (404) for another's, another kind's, or one that was submitted or deleted before.
 */
export async function consumeDraft(
  ctx: CommandContext,
  draftId: string | undefined,
  kind: DraftKind,
): Promise<void> {
  if (draftId === undefined) return;
  const draft = await getDraft(ctx, { id: draftId });
  if (draft.kind !== kind) throw new AppError("draft.not_found");
  const { deletedCount } = await DraftModel.deleteOne({ _id: draftId });
  if (deletedCount === 0) throw new AppError("draft.not_found");
  // What was submitted with it has a use of its own by now.
  await releaseDraftFiles(draftId);
  await recordAudit(ctx, "draft.submitted", { subjectId: draftId, data: { kind } });
}
