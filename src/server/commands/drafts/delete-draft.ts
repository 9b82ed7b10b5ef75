import { DraftModel } from "../../../models/draft.ts";
import type { CommandContext } from "../../command-context.ts";
import { getDraft } from "../../queries/drafts/get-draft.ts";
import { recordAudit } from "../record-audit.ts";
import { releaseDraftFiles } from "./draft-files.ts";

/** Gives one of the actor's drafts up, and its files; `draft.not_found` (404) for others'. */
export async function deleteDraft(ctx: CommandContext, input: { id: string }): Promise<{ ok: true }> {
  const { _id, kind } = await getDraft(ctx, input);
  await DraftModel.deleteOne({ _id });
  await releaseDraftFiles(_id);
  await recordAudit(ctx, "draft.deleted", { subjectId: _id, data: { kind } });
  return { ok: true };
}
