import { type Notification, NotificationModel } from "../../../models/notification.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listNotifications as contract } from "../../../shared/contracts/notifications.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import type { Page } from "../page.ts";
import { readPage } from "../read-page.ts";

const countedUnread = 99;

/** How many messages of an account are unread; counted to 99. */
export interface Unread {
  unread: number;
  unreadIsExact: boolean;
}

/** One's own messages, newest first, in whatever role: they belong to the account (NOT-01). */
export async function listNotifications(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Page<Notification> & Unread> {
  const { accountId } = requireActor(ctx);
  const filter = { accountId, ...(input.unreadOnly === "true" ? { read: false } : {}) };
  const { page, pageSize } = input;
  const found = await readPage<Notification>(NotificationModel, filter, {
    page,
    pageSize,
    sort: { createdAt: -1 },
  });
  return { ...found, ...(await countUnread(ctx)) };
}

/** For the bell, which asks once a minute: a count that stops early. */
export async function countUnread(ctx: CommandContext): Promise<Unread> {
  const { accountId } = requireActor(ctx);
  const counted = await NotificationModel.countDocuments({ accountId, read: false }).limit(countedUnread + 1);
  return { unread: Math.min(counted, countedUnread), unreadIsExact: counted <= countedUnread };
}
