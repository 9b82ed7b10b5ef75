import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { idParams, pageOf, paging } from "./fields.ts";

/** 站内信 of one's own account (NOT-01). */

const notificationView = z.object({
  id: z.string(),
  /** what it is about: `declaration.rejected`, `administrator.added` … */
  kind: z.string(),
  title: z.string(),
  text: z.string(),
  subjectId: z.string().nullable(),
  read: z.boolean(),
  createdAt: z.string(),
});
export type NotificationView = z.output<typeof notificationView>;

const unread = { unread: z.number(), unreadIsExact: z.boolean() };

export const listNotifications = defineEndpoint({
  id: "listNotifications",
  method: "GET",
  path: "/notifications",
  summary: "本人的站内信",
  access: "session",
  query: z.strictObject({ unreadOnly: z.enum(["true", "false"]).default("false"), ...paging }),
  response: pageOf(notificationView).extend(unread),
  errors: [],
});

export const countUnreadNotifications = defineEndpoint({
  id: "countUnreadNotifications",
  method: "GET",
  path: "/notifications/unread",
  summary: "未读站内信数量",
  access: "session",
  response: z.object(unread),
  errors: [],
});

export const readNotification = defineEndpoint({
  id: "readNotification",
  method: "PUT",
  path: "/notifications/:id/read",
  summary: "标记一条站内信为已读",
  access: "session",
  params: idParams,
  response: notificationView,
  errors: ["notification.not_found"],
});

export const readNotifications = defineEndpoint({
  id: "readNotifications",
  method: "PUT",
  path: "/notifications/read",
  summary: "全部标记为已读",
  access: "session",
  body: z.strictObject({
    /** only those up to here: what came later has not been seen */
    until: z.iso.datetime("时间格式不正确").optional(),
  }),
  response: z.object({ count: z.number() }),
  errors: [],
});
