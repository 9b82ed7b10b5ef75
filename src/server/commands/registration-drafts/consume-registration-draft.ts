import { RegistrationDraftModel } from "../../../models/registration-draft.ts";
import type { CommandContext } from "../../command-context.ts";
import { releaseDraftFiles } from "../drafts/draft-files.ts";
import { recordAudit } from "../record-audit.ts";
import { type DraftKey, ownDraft } from "./draft-token.ts";

/**
 * The draft that a registration was made of is gone with it, and its scans are free for the registration. One that is
 * not there any more (expired, or resumed elsewhere) keeps nobody from registering: the form itself is what counts.
 */
export async function consumeRegistrationDraft(
  ctx: CommandContext,
  key: DraftKey | undefined,
): Promise<void> {
  if (key === undefined) return;
  const draft = await RegistrationDraftModel.findOneAndDelete(ownDraft(ctx, key)).lean();
  if (draft === null) return;
  await releaseDraftFiles(draft._id);
  const { _id, kind } = draft;
  await recordAudit(ctx, "registration_draft.submitted", { subjectId: _id, data: { kind } });
}
