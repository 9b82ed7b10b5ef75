import { type RegistrationDraft, RegistrationDraftModel } from "../../../models/registration-draft.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import {
  type resumeRegistrationDrafts as contract,
  mostRegistrationDrafts,
} from "../../../shared/contracts/registration-drafts.ts";
import type { CommandContext } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { recordAudit } from "../record-audit.ts";
import { newDraftToken } from "./draft-token.ts";
import { verifyPhone } from "../accounts/verify-phone.ts";

/** A draft with what its page needs to go on saving it. */
export interface ResumedDraft {
  draft: RegistrationDraft;
  token: string;
}

/**
 * The drafts of a phone, for whoever has it (REG-30). Each gets a new token, so that a page that is still open elsewhere
 * no longer overwrites it. Errors: `captcha.wrong`, `request.too_many`.
 */
export async function resumeRegistrationDrafts(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<ResumedDraft[]> {
  const phoneIndex = await verifyPhone(ctx, input);
  return runCommand(ctx.app, callerOf(ctx), async (step) => {
    const drafts = await RegistrationDraftModel.find({ phoneIndex, expiresAt: { $gt: step.clock.now() } })
      .sort({ savedAt: -1 })
      .limit(mostRegistrationDrafts)
      .lean<RegistrationDraft[]>();
    const resumed: ResumedDraft[] = [];
    for (const draft of drafts) resumed.push({ draft, token: await resume(step, draft) });
    return resumed;
  });
}

async function resume(ctx: CommandContext, { _id, kind }: RegistrationDraft): Promise<string> {
  const { token, tokenHash } = newDraftToken(ctx);
  await RegistrationDraftModel.updateOne({ _id }, { $set: { tokenHash }, $inc: { version: 1 } });
  await recordAudit(ctx, "registration_draft.resumed", { subjectId: _id, data: { kind } });
  return token;
}
