import { SessionModel } from "../../../models/session.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";

/** Revokes the caller's session at once (LOG-15). */
export async function logOut(ctx: CommandContext): Promise<{ ok: true }> {
  const actor = requireActor(ctx);
  const now = ctx.clock.now();
  await SessionModel.updateOne({ _id: actor.sessionId, revokedAt: null }, { $set: { revokedAt: now } });
  await recordAudit(ctx, "session.ended", { subjectId: actor.accountId, data: {} });
  return { ok: true };
}
