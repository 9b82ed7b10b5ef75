import { type Draft, DraftModel } from "../../../models/draft.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { ownerOf } from "../../permissions/drafts.ts";

/** One of the actor's own drafts; `draft.not_found` (404) for anybody else's and for one that has expired. */
export async function getDraft(ctx: CommandContext, input: { id: string }): Promise<Draft> {
  const own = { _id: input.id, ...ownerOf(requireActor(ctx)), expiresAt: { $gt: ctx.clock.now() } };
  const draft = await DraftModel.findOne(own).lean<Draft>();
  if (draft === null) throw new AppError("draft.not_found");
  return draft;
}
