import { defineModel, flag, moment, optionalText, text } from "./schema.ts";

/** 站内信: one message to one account (NOT-01). */
export interface Notification {
  _id: string;
  accountId: string;
  kind: string;
  title: string;
  text: string;
  subjectId: string | null;
  read: boolean;
  createdAt: Date;
  version: number;
}

export const NotificationModel = defineModel<Notification>(
  { name: "Notification", collection: "notifications" },
  { accountId: text, kind: text, title: text, text, subjectId: optionalText, read: flag, createdAt: moment },
  [{ fields: { accountId: 1, createdAt: -1 } }],
);
