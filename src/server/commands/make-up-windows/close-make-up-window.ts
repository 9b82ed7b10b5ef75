import { MakeUpWindowModel } from "../../../models/make-up-window.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { closeMakeUpWindow as contract } from "../../../shared/contracts/make-up-windows.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireBureauReview } from "../../permissions/make-up-windows.ts";
import { requireScope } from "../../permissions/scope.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * Ends a window before its time: nothing more is declared by it, what was declared goes on. Errors: `permission.denied`
 * unless a bureau, `make_up_window.not_found` unless it or one below opened it, `make_up_window.closed` (409).
 */
export async function closeMakeUpWindow(
  ctx: CommandContext,
  { id, reason }: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const actor = requireActor(ctx);
  requireBureauReview(actor);
  const window = await MakeUpWindowModel.findById(id, { scopeIds: 1, year: 1 }).lean();
  if (window === null) throw new AppError("make_up_window.not_found");
  requireScope(actor, window.scopeIds, "make_up_window.not_found");
  const closed = await MakeUpWindowModel.updateOne(
    { _id: id, closedAt: null },
    {
      $set: { closedAt: ctx.clock.now(), closedByName: actor.name, closeReason: reason },
      $inc: { version: 1 },
    },
  );
  if (closed.modifiedCount === 0) throw new AppError("make_up_window.closed");
  await recordAudit(ctx, "make-up-window.closed", { subjectId: id, data: { year: window.year, reason } });
  return { ok: true };
}
