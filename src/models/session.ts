import { defineModel, moment, optionalMoment, optionalText, text } from "./schema.ts";

/** A server-side session; the cookie's token only names it, so it can be revoked at once. */
export interface Session {
  _id: string;
  accountId: string;
  /** membership id, or "professional" */
  roleKey: string;
  /** the account's own professional record, looked up once: the mapping never changes */
  personId: string | null;
  /** the login before this one, shown to the user (LOG-15) */
  previousLoginAt: Date | null;
  /** where it came from: the network address */
  previousLoginAddress: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
  version: number;
}

export const SessionModel = defineModel<Session>(
  { name: "Session", collection: "sessions" },
  {
    accountId: text,
    roleKey: text,
    personId: optionalText,
    previousLoginAt: optionalMoment,
    previousLoginAddress: optionalText,
    createdAt: moment,
    lastSeenAt: moment,
    expiresAt: moment,
    revokedAt: optionalMoment,
  },
  [{ fields: { expiresAt: 1 }, expireAfterSeconds: 0 }, { fields: { accountId: 1 } }],
);
