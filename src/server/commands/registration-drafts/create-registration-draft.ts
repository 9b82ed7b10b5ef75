import { type RegistrationDraft, RegistrationDraftModel } from "../../../models/registration-draft.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import {
  type createRegistrationDraft as contract,
  mostRegistrationDrafts,
} from "../../../shared/contracts/registration-drafts.ts";
import type { CommandContext } from "../../command-context.ts";
import { callerOf, isDuplicateKey, runCommand } from "../../run-command.ts";
import { draftExpiry } from "../drafts/create-draft.ts";
import { keepDraftFiles } from "../drafts/draft-files.ts";
import { recordAudit } from "../record-audit.ts";
import { newDraftToken } from "./draft-token.ts";
import { verifyPhone } from "../accounts/verify-phone.ts";

type Input = InputOf<typeof contract>;

/**
 * Keeps what the wizard holds for 30 days (REG-30), for whoever has the phone. The phone is verified before anything is
 * kept: nobody fills up another's drafts or leaves data under his number. Errors: `captcha.wrong`,
 * `registration_draft.too_many` (409) beyond `mostRegistrationDrafts`, `file.not_found` (404), `request.too_many`.
 */
export async function createRegistrationDraft(
  ctx: CommandContext,
  input: Input,
): Promise<{ draft: RegistrationDraft; token: string }> {
  const phoneIndex = await verifyPhone(ctx, input);
  return runCommand(ctx.app, callerOf(ctx), (step) => keepDraft(step, input, phoneIndex));
}

async function keepDraft(
  ctx: CommandContext,
  { kind, title, content, fileIds }: Input,
  phoneIndex: string,
): Promise<{ draft: RegistrationDraft; token: string }> {
  const { encrypt } = ctx.app.secrets;
  const { token, tokenHash } = newDraftToken(ctx);
  const draft: RegistrationDraft = {
    _id: ctx.newId(),
    kind,
    phoneIndex,
    slot: await freeSlot(phoneIndex),
    tokenHash,
    titleCipher: encrypt(title),
    contentCipher: encrypt(content),
    fileIds,
    savedAt: ctx.clock.now(),
    expiresAt: draftExpiry(ctx),
    version: 0,
  };
  try {
    await RegistrationDraftModel.create([draft]);
  } catch (error) {
    if (isDuplicateKey(error, "slot_of_phone")) throw new AppError("request.conflict");
    throw error;
  }
  await keepDraftFiles({ ...ctx, actor: null }, draft._id, fileIds);
  await recordAudit(ctx, "registration_draft.created", { subjectId: draft._id, data: { kind } });
  return { draft, token };
}

/** Drafts that have expired and were not removed yet count: they are gone within the hour. */
async function freeSlot(phoneIndex: string): Promise<number> {
  const taken = await RegistrationDraftModel.find({ phoneIndex }, { slot: 1 })
    .limit(mostRegistrationDrafts)
    .lean();
  const slots = new Set(taken.map(({ slot }) => slot));
  for (let slot = 0; slot < mostRegistrationDrafts; slot += 1) if (!slots.has(slot)) return slot;
  throw new AppError("registration_draft.too_many", { limit: mostRegistrationDrafts });
}
