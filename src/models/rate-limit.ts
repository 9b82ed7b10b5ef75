import { defineModel, moment, number } from "./schema.ts";

/** Hits of one key (address or hashed ID and action) in one window; shared by all nodes (LOG-12, PRG-08). */
export interface RateLimit {
  _id: string;
  hits: number;
  expiresAt: Date;
  version: number;
}

export const RateLimitModel = defineModel<RateLimit>(
  { name: "RateLimit", collection: "rate-limits" },
  { hits: number, expiresAt: moment },
  [{ fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
);
