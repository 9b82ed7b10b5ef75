import { defineModel, moment, number, text, texts } from "./schema.ts";

export type DraftKind = "declaration" | "training-plan" | "profile-change";

/** What somebody has begun to fill in and not submitted (DEC-14, PLN-08): his own, in the role that he had. */
export interface Draft {
  _id: string;
  kind: DraftKind;
  accountId: string;
  roleKey: string;
  /** its place among the owner's drafts of the kind: a unique index on it bounds their number */
  slot: number;
  title: string;
  /** the page's own JSON; checked by nobody before it is submitted */
  content: string;
  /** uploads that it keeps from being removed as unused */
  fileIds: string[];
  savedAt: Date;
  expiresAt: Date;
  version: number;
}

export const DraftModel = defineModel<Draft>(
  { name: "Draft", collection: "drafts" },
  {
    kind: text,
    accountId: text,
    roleKey: text,
    slot: number,
    title: { type: String, default: "" },
    content: text,
    fileIds: texts,
    savedAt: moment,
    expiresAt: moment,
  },
  [
    { fields: { accountId: 1, roleKey: 1, kind: 1, slot: 1 }, unique: true, name: "slot_of_owner" },
    { fields: { accountId: 1, roleKey: 1, kind: 1, savedAt: -1 } },
    { fields: { expiresAt: 1 } },
  ],
);
