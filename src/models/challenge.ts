import { defineModel, moment, number, optionalText, text } from "./schema.ts";

/** A captcha or a phone code that was shown or sent: one use, short life, few attempts (LOG-12, LOG-14, PWD-02). */
export interface Challenge {
  _id: string;
  kind: "captcha" | "phone-code";
  /** HMAC of the answer (and of the phone), never the answer */
  answerHash: string;
  attempts: number;
  /** blind index of the phone that a captcha was sent to in place of a picture (LOG-14) */
  phoneIndex: string | null;
  expiresAt: Date;
  version: number;
}

export const ChallengeModel = defineModel<Challenge>(
  { name: "Challenge", collection: "challenges" },
  { kind: text, answerHash: text, attempts: number, phoneIndex: optionalText, expiresAt: moment },
  [{ fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
);
