import { RegistrationDraftModel } from "../../../models/registration-draft.ts";
import type { CommandContext } from "../../command-context.ts";
import { releaseDraftFiles } from "../drafts/draft-files.ts";
import { limitRate } from "../limit-rate.ts";
import { recordAudit } from "../record-audit.ts";
import { type DraftKey, loadOwnDraft } from "./draft-token.ts";

/** Gives a draft up, and its files; `registration_draft.not_found` (404) for others'. */
export async function deleteRegistrationDraft(ctx: CommandContext, key: DraftKey): Promise<{ ok: true }> {
  const rule = { action: "registration-draft-save", key: key.id, limit: 60, windowSeconds: 600 };
  await limitRate(ctx, rule);
  const { _id, kind } = await loadOwnDraft(ctx, key);
  await RegistrationDraftModel.deleteOne({ _id });
  await releaseDraftFiles(_id);
  await recordAudit(ctx, "registration_draft.deleted", { subjectId: _id, data: { kind } });
  return { ok: true };
}
