import * as contracts from "../../shared/contracts/notifications.ts";
import { readNotification } from "../commands/notifications/read-notification.ts";
import { readNotifications } from "../commands/notifications/read-notifications.ts";
import { command, query } from "../http/endpoint.ts";
import { presentNotification, presentNotifications } from "../presenters/notification.ts";
import { countUnread, listNotifications } from "../queries/notifications/list-notifications.ts";

/** 站内信. */
export const notificationRoutes = [
  query(contracts.listNotifications, listNotifications, presentNotifications),
  query(contracts.countUnreadNotifications, countUnread),
  command(contracts.readNotification, readNotification, presentNotification),
  command(contracts.readNotifications, readNotifications),
];
