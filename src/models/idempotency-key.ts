import { anything, defineModel, moment, number, text } from "./schema.ts";

/** The answer to a write that carried an Idempotency-Key: a repeated submit gets it again (FLW-13). */
export interface IdempotencyKey {
  /** HMAC of actor (or address), endpoint and key */
  _id: string;
  requestHash: string;
  status: number;
  body: unknown;
  expiresAt: Date;
  version: number;
}

export const IdempotencyKeyModel = defineModel<IdempotencyKey>(
  { name: "IdempotencyKey", collection: "idempotency-keys" },
  { requestHash: text, status: number, body: anything, expiresAt: moment },
  [{ fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
);
