import { defineModel, moment, optionalMoment, text } from "./schema.ts";

/** A server-side session; the cookie's token only names it, so it can be revoked at once. */
export interface Session {
  _id: string;
  accountId: string;
  /** membership id, or "professional" */
  roleKey: string;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
  version: number;
}

export const SessionModel = defineModel<Session>(
  "Session",
  "sessions",
  {
    accountId: text,
    roleKey: text,
    createdAt: moment,
    lastSeenAt: moment,
    expiresAt: moment,
    revokedAt: optionalMoment,
  },
  [{ fields: { expiresAt: 1 }, expireAfterSeconds: 0 }, { fields: { accountId: 1 } }],
);
