import { type Draft, DraftModel } from "../../../models/draft.ts";
import type { listDrafts as contract } from "../../../shared/contracts/drafts.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { ownerOf } from "../../permissions/drafts.ts";
import { type Page, pageFrom } from "../page.ts";

export type DraftLine = Omit<Draft, "content">;

/** The actor's own drafts of a kind, last saved first, without their content (DEC-14, PLN-08). */
export async function listDrafts(
  ctx: CommandContext,
  { kind, page, pageSize }: InputOf<typeof contract>,
): Promise<Page<DraftLine>> {
  const own = { ...ownerOf(requireActor(ctx)), kind, expiresAt: { $gt: ctx.clock.now() } };
  const rows = await DraftModel.find(own, { content: 0 })
    .sort({ savedAt: -1 })
    .skip((page - 1) * pageSize)
    .limit(pageSize)
    .lean<DraftLine[]>();
  // Never more than `mostDrafts`.
  return pageFrom(rows, await DraftModel.countDocuments(own), { page, pageSize });
}
