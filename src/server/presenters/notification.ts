import type { Notification } from "../../models/notification.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import type { listNotifications, NotificationView } from "../../shared/contracts/notifications.ts";
import type { Page } from "../queries/page.ts";
import type { Unread } from "../queries/notifications/list-notifications.ts";

export function presentNotification(message: Notification): NotificationView {
  const { _id: id, kind, title, text, subjectId, read, createdAt } = message;
  return { id, kind, title, text, subjectId, read, createdAt: createdAt.toISOString() };
}

export function presentNotifications(
  page: Page<Notification> & Unread,
): ResponseOf<typeof listNotifications> {
  return { ...page, rows: page.rows.map(presentNotification) };
}
