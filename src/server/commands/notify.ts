import { NotificationModel } from "../../models/notification.ts";
import type { CommandContext } from "../command-context.ts";
import { insertLater } from "../insert-later.ts";

/** A message within the platform; `subjectId` is the item that it is about. */
export interface Message {
  kind: string;
  title: string;
  text: string;
  subjectId: string | null;
}

/** Leaves a 站内信 for one account, in the command's transaction (NOT-01). */
export async function notify(ctx: CommandContext, accountId: string, message: Message): Promise<void> {
  const createdAt = ctx.clock.now();
  const row = { _id: ctx.newId(), accountId, ...message, read: false, createdAt, version: 0 };
  await insertLater(ctx, NotificationModel, row);
}
