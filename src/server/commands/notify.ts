import { NotificationModel } from "../../models/notification.ts";
import type { CommandContext } from "../command-context.ts";
import { insertLater } from "../insert-later.ts";
import { enqueue } from "./enqueue.ts";

/** A message within the platform; `subjectId` is the item that it is about. */
export interface Message {
  kind: string;
  title: string;
  text: string;
  subjectId: string | null;
}

/**
 * Kinds, or families of kinds, that also go to the account's phone (NOT-01): what changes somebody's rights, refuses
 * something, or needs an answer. An approved declaration does not: there are millions, and each can wait for the next
 * look at the platform.
 */
const outbound = [
  "administrator.",
  "application.approved",
  "application.rejected",
  "declaration.rejected",
  "declaration.revoked",
  "password.reset",
  "registration",
  "review-right.",
  "task.escalated",
  "transfer.",
];

/**
 * Leaves a 站内信 for one account, in the command's transaction (NOT-01). Kinds that also leave the platform get a job:
 * a channel that fails is tried again later and never fails the command.
 */
export async function notify(ctx: CommandContext, accountId: string, message: Message): Promise<void> {
  const createdAt = ctx.clock.now();
  const row = { _id: ctx.newId(), accountId, ...message, read: false, sentAt: null, createdAt, version: 0 };
  await insertLater(ctx, NotificationModel, row);
  if (outbound.some((kind) => message.kind.startsWith(kind)))
    await enqueue(ctx, "notification.send", { data: { notificationId: row._id } });
}
