import type { Registration } from "./registration.ts";
import { defineModel, moment, number, text, texts } from "./schema.ts";

/**
 * A registration that was begun and not submitted (REG-30). Its owner has no account: it belongs to whoever has the phone
 * that was verified when it was saved.
 */
export interface RegistrationDraft {
  _id: string;
  kind: Registration["kind"];
  phoneIndex: string;
  /** its place among the drafts of the phone: a unique index on it bounds their number */
  slot: number;
  /** HMAC of what the page needs to go on saving; another one with every resumption */
  tokenHash: string;
  titleCipher: string;
  /** the page's own JSON, encrypted: it says who somebody is; checked by nobody before it is submitted */
  contentCipher: string;
  /** uploads that it keeps from being removed as unused */
  fileIds: string[];
  savedAt: Date;
  expiresAt: Date;
  version: number;
}

export const RegistrationDraftModel = defineModel<RegistrationDraft>(
  { name: "RegistrationDraft", collection: "registration-drafts" },
  {
    kind: text,
    phoneIndex: text,
    slot: number,
    tokenHash: text,
    titleCipher: text,
    contentCipher: text,
    fileIds: texts,
    savedAt: moment,
    expiresAt: moment,
  },
  [{ fields: { phoneIndex: 1, slot: 1 }, unique: true, name: "slot_of_phone" }, { fields: { expiresAt: 1 } }],
);
