import { defineModel, moment, number, text } from "./schema.ts";

/** A captcha or a phone code that was shown or sent: one use, short life, few attempts (LOG-12, PWD-02). */
export interface Challenge {
  _id: string;
  kind: "captcha" | "phone-code";
  /** HMAC of the answer (and of the phone), never the answer */
  answerHash: string;
  attempts: number;
  expiresAt: Date;
  version: number;
}

export const ChallengeModel = defineModel<Challenge>(
  { name: "Challenge", collection: "challenges" },
  { kind: text, answerHash: text, attempts: number, expiresAt: moment },
  [{ fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
);
