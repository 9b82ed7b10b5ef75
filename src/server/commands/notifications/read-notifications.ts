import { NotificationModel } from "../../../models/notification.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { readNotifications as contract } from "../../../shared/contracts/notifications.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * Marks all of one's own messages up to a moment as read: those that came after the list was looked at stay unread.
 * Without a moment, all that are there now.
 */
export async function readNotifications(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ count: number }> {
  const { accountId } = requireActor(ctx);
  const until = input.until === undefined ? ctx.clock.now() : new Date(input.until);
  const unread = { accountId, read: false, createdAt: { $lte: until } };
  const marked = await NotificationModel.updateMany(unread, { $set: { read: true } });
  const count = marked.modifiedCount;
  if (count > 0) await recordAudit(ctx, "notification.read", { subjectId: accountId, data: { count } });
  return { count };
}
