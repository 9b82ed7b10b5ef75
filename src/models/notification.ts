import { defineModel, flag, moment, optionalMoment, optionalText, text } from "./schema.ts";

/** 站内信: one message to one account (NOT-01). */
export interface Notification {
  _id: string;
  accountId: string;
  kind: string;
  title: string;
  text: string;
  subjectId: string | null;
  read: boolean;
  /** when it was also sent outside of the platform; null: not, or not yet */
  sentAt: Date | null;
  createdAt: Date;
  version: number;
}

export const NotificationModel = defineModel<Notification>(
  { name: "Notification", collection: "notifications" },
  {
    accountId: text,
    kind: text,
    title: text,
    text,
    subjectId: optionalText,
    read: flag,
    sentAt: optionalMoment,
    createdAt: moment,
  },
  [
    { fields: { accountId: 1, createdAt: -1 } },
    // What the bell counts: reading a message takes it out.
    {
      fields: { accountId: 1, read: 1, createdAt: -1 },
      name: "unread",
      partialFilterExpression: { read: false },
    },
  ],
);
