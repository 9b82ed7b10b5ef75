import { type Notification, NotificationModel } from "../../../models/notification.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";

/** Marks one of one's own messages as read; again changes nothing. `notification.not_found` (404) for other people's. */
export async function readNotification(ctx: CommandContext, input: { id: string }): Promise<Notification> {
  const own = { _id: input.id, accountId: requireActor(ctx).accountId };
  const message = await NotificationModel.findOne(own).lean();
  if (message === null) throw new AppError("notification.not_found");
  if (message.read) return message;
  await NotificationModel.updateOne(own, { $set: { read: true }, $inc: { version: 1 } });
  await recordAudit(ctx, "notification.read", { subjectId: input.id, data: { count: 1 } });
  return { ...message, read: true };
}
