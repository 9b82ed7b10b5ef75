import { type Draft, DraftModel } from "../../../models/draft.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { saveDraft as contract } from "../../../shared/contracts/drafts.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeDrafting } from "../../permissions/drafts.ts";
import { getDraft } from "../../queries/drafts/get-draft.ts";
import { recordAudit } from "../record-audit.ts";
import { draftExpiry } from "./create-draft.ts";
import { keepDraftFiles } from "./draft-files.ts";

/**
 * Overwrites one of the actor's drafts, which is then kept for the full time again. Errors: `draft.not_found` (404) for
 * others', `draft.changed` (409) when another window has saved it since, `permission.denied` (403), `file.not_found`.
 */
export async function saveDraft(ctx: CommandContext, input: InputOf<typeof contract>): Promise<Draft> {
  const { id, title, content, fileIds, version } = input;
  const { kind } = await getDraft(ctx, { id });
  authorizeDrafting(requireActor(ctx), kind);
  const saved = await DraftModel.findOneAndUpdate(
    { _id: id, version },
    {
      $set: { title, content, fileIds, savedAt: ctx.clock.now(), expiresAt: draftExpiry(ctx) },
      $inc: { version: 1 },
    },
    { returnDocument: "after" },
  ).lean<Draft>();
  if (saved === null) throw new AppError("draft.changed");
  await keepDraftFiles(ctx, id, fileIds);
  await recordAudit(ctx, "draft.saved", { subjectId: id, data: { kind } });
  return saved;
}
