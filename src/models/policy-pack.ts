import { anything, defineModel, moment, optionalText, text } from "./schema.ts";

/** A published version of a rule pack; the shipped ones are recorded at start, later ones come from policy staff. */
export interface PolicyPack {
  /** `<id>@<version>` */
  _id: string;
  packId: string;
  packVersion: string;
  sha256: string;
  content: unknown;
  status: "published" | "draft" | "retired";
  publishedAt: Date;
  publishedBy: string | null;
  version: number;
}

export const PolicyPackModel = defineModel<PolicyPack>(
  { name: "PolicyPack", collection: "policy-packs" },
  {
    packId: text,
    packVersion: text,
    sha256: text,
    content: anything,
    status: text,
    publishedAt: moment,
    publishedBy: optionalText,
  },
  [{ fields: { packId: 1, status: 1 } }],
);
