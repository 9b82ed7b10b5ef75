import { type Draft, DraftModel } from "../../../models/draft.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type createDraft as contract, mostDrafts } from "../../../shared/contracts/drafts.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeDrafting, ownerOf } from "../../permissions/drafts.ts";
import { isDuplicateKey } from "../../run-command.ts";
import { recordAudit } from "../record-audit.ts";
import { keepDraftFiles } from "./draft-files.ts";

const dayMs = 24 * 3_600_000;

/** When a draft that is saved now is removed. */
export function draftExpiry(ctx: CommandContext): Date {
  return new Date(ctx.clock.now().getTime() + ctx.app.env.DRAFT_DAYS * dayMs);
}

/**
 * Keeps what the actor has filled in so far (DEC-14, PLN-08). Errors: `permission.denied` (403) for what he could not
 * submit, `draft.too_many` (409) beyond `mostDrafts`, `file.not_found` (404).
 */
export async function createDraft(ctx: CommandContext, input: InputOf<typeof contract>): Promise<Draft> {
  const actor = requireActor(ctx);
  const { kind, title, content, fileIds } = input;
  authorizeDrafting(actor, kind);
  const draft: Draft = {
    _id: ctx.newId(),
    kind,
    ...ownerOf(actor),
    slot: await freeSlot(ctx, kind),
    title,
    content,
    fileIds,
    savedAt: ctx.clock.now(),
    expiresAt: draftExpiry(ctx),
    version: 0,
  };
  try {
    await DraftModel.create([draft]);
  } catch (error) {
    // Two windows that save their first draft at the same moment: one takes the place.
    if (isDuplicateKey(error, "slot_of_owner")) throw new AppError("request.conflict");
    throw error;
  }
  await keepDraftFiles(ctx, draft._id, fileIds);
  await recordAudit(ctx, "draft.created", { subjectId: draft._id, data: { kind } });
  return draft;
}

async function freeSlot(ctx: CommandContext, kind: Draft["kind"]): Promise<number> {
  const own = { ...ownerOf(requireActor(ctx)), kind };
  const taken = await DraftModel.find(own, { slot: 1 }).limit(mostDrafts).lean();
  const slots = new Set(taken.map(({ slot }) => slot));
  for (let slot = 0; slot < mostDrafts; slot += 1) if (!slots.has(slot)) return slot;
  throw new AppError("draft.too_many", { limit: mostDrafts });
}
