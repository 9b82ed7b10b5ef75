import { type MakeUpWindow, MakeUpWindowModel } from "../../../models/make-up-window.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listMakeUpWindows as contract } from "../../../shared/contracts/make-up-windows.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireBureauReview } from "../../permissions/make-up-windows.ts";
import type { Page } from "../page.ts";
import { readPage } from "../read-page.ts";

/** Windows that the actor's bureau or one below it opened, newest first; `permission.denied` unless a bureau. */
export async function listMakeUpWindows(
  ctx: CommandContext,
  { page, pageSize, year }: InputOf<typeof contract>,
): Promise<Page<MakeUpWindow>> {
  const actor = requireActor(ctx);
  requireBureauReview(actor);
  const filter = { scopeIds: actor.organizationId, ...(year === undefined ? {} : { year }) };
  return readPage(MakeUpWindowModel, filter, { page, pageSize, sort: { openedAt: -1, _id: 1 } });
}
