import { type RegistrationDraft, RegistrationDraftModel } from "../../../models/registration-draft.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { saveRegistrationDraft as contract } from "../../../shared/contracts/registration-drafts.ts";
import type { CommandContext } from "../../command-context.ts";
import { draftExpiry } from "../drafts/create-draft.ts";
import { keepDraftFiles } from "../drafts/draft-files.ts";
import { limitRate } from "../limit-rate.ts";
import { recordAudit } from "../record-audit.ts";
import { ownDraft } from "./draft-token.ts";

/**
 * Overwrites a draft, which is then kept for the full time again. Errors: `registration_draft.not_found` (404), also when
 * it was resumed elsewhere since; `file.not_found` (404), `request.too_many`.
 */
export async function saveRegistrationDraft(
  ctx: CommandContext,
  { id, token, title, content, fileIds }: InputOf<typeof contract>,
): Promise<RegistrationDraft> {
  await limitRate(ctx, { action: "registration-draft-save", key: id, limit: 60, windowSeconds: 600 });
  const { encrypt } = ctx.app.secrets;
  const saved = await RegistrationDraftModel.findOneAndUpdate(
    ownDraft(ctx, { id, token }),
    {
      $set: {
        titleCipher: encrypt(title),
        contentCipher: encrypt(content),
        fileIds,
        savedAt: ctx.clock.now(),
        expiresAt: draftExpiry(ctx),
      },
      $inc: { version: 1 },
    },
    { returnDocument: "after" },
  ).lean<RegistrationDraft>();
  if (saved === null) throw new AppError("registration_draft.not_found");
  await keepDraftFiles({ ...ctx, actor: null }, id, fileIds);
  await recordAudit(ctx, "registration_draft.saved", { subjectId: id, data: { kind: saved.kind } });
  return saved;
}
