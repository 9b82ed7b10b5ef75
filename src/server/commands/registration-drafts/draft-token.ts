import { type RegistrationDraft, RegistrationDraftModel } from "../../../models/registration-draft.ts";
import { AppError } from "../../../shared/app-error.ts";
import { readableCode } from "../../../shared/ids.ts";
import type { CommandContext } from "../../command-context.ts";

/** How somebody without a session shows that a draft is his. */
export interface DraftKey {
  id: string;
  token: string;
}

/** 32 readable characters: nobody guesses them; only their HMAC is kept. */
export function newDraftToken(ctx: CommandContext): { token: string; tokenHash: string } {
  const token = readableCode(32);
  return { token, tokenHash: hashOf(ctx, token) };
}

/** Finds the live draft of this key and no other. */
export function ownDraft(ctx: CommandContext, { id, token }: DraftKey) {
  return { _id: id, tokenHash: hashOf(ctx, token), expiresAt: { $gt: ctx.clock.now() } };
}

/** The draft, or `registration_draft.not_found` (404): also when it was resumed elsewhere meanwhile. */
export async function loadOwnDraft(ctx: CommandContext, key: DraftKey): Promise<RegistrationDraft> {
  const draft = await RegistrationDraftModel.findOne(ownDraft(ctx, key)).lean<RegistrationDraft>();
  if (draft === null) throw new AppError("registration_draft.not_found");
  return draft;
}

function hashOf(ctx: CommandContext, token: string): string {
  return ctx.app.secrets.blindIndex(`registration-draft|${token}`);
}
