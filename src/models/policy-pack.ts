import { type Model, Schema } from "mongoose";
import { defineModel, flag, moment, optionalMoment, optionalText, text } from "./schema.ts";

/** Who saved or published it; null for what came with the platform. */
export interface PolicyAuthor {
  accountId: string;
  name: string;
}

/**
 * One text of a rule pack: a published version, whose text never changes, or the one draft of a pack. Traces name
 * pack, version and hash, so versions are never removed. (`version` counts writes, as in every model.)
 */
export interface PolicyPack {
  /** `<packId>@<packVersion>@<first 12 of sha256>`; `<packId>@draft` */
  _id: string;
  packId: string;
  /** null for a draft: its text may not even be JSON */
  packVersion: string | null;
  /** SHA-256 of `text` */
  sha256: string;
  /** as it was written: line numbers of findings and the hash hold for it */
  text: string;
  status: "draft" | "published" | "superseded";
  /** true when it came with the platform */
  shipped: boolean;
  savedAt: Date;
  savedBy: PolicyAuthor | null;
  /** last time that it became the current one */
  publishedAt: Date | null;
  publishedBy: PolicyAuthor | null;
  note: string;
  version: number;
}

const author = new Schema({ accountId: String, name: String }, { _id: false });

export const PolicyPackModel: Model<PolicyPack> = defineModel<PolicyPack>(
  { name: "PolicyPack", collection: "policy-packs" },
  {
    packId: text,
    packVersion: optionalText,
    sha256: text,
    text: { type: String, default: "" },
    status: text,
    shipped: flag,
    savedAt: moment,
    savedBy: { type: author, default: null },
    publishedAt: optionalMoment,
    publishedBy: { type: author, default: null },
    note: { type: String, default: "" },
  },
  [
    { fields: { packId: 1, packVersion: 1 } },
    // One version of a pack answers at a time: of two publications at once one loses.
    {
      fields: { packId: 1 },
      unique: true,
      partialFilterExpression: { status: "published" },
      name: "one_published_version",
    },
    { fields: { status: 1 } },
  ],
);
