import { AccountModel } from "../../../models/account.ts";
import { NotificationModel } from "../../../models/notification.ts";
import type { App } from "../../command-context.ts";

/**
 * Sends a message to its account's phone, once; nothing when there is no phone (NOT-01). Throws what the channel throws,
 * so that the job is tried again. Sent twice only when the node dies between the two: better than never.
 */
export async function sendNotification(app: App, notificationId: string): Promise<void> {
  const message = await NotificationModel.findById(notificationId).lean();
  if (message === null || message.sentAt !== null) return;
  const account = await AccountModel.findById(message.accountId, { phoneCipher: 1 }).lean();
  const phoneCipher = account?.phoneCipher ?? null;
  if (phoneCipher === null) return;
  const text = `【${app.env.PLATFORM_NAME}】${message.title}：${message.text}`;
  await app.phone.send(app.secrets.decrypt(phoneCipher), text);
  await NotificationModel.updateOne({ _id: notificationId }, { $set: { sentAt: app.clock.now() } });
}
