import { defineModel, moment, number, optionalText, text } from "./schema.ts";

/** A large file that is being sent part by part (PLN-12). Its parts are blobs of their own until it is whole. */
export interface Upload {
  _id: string;
  accountId: string;
  roleKey: string;
  /** its place among the owner's uploads: a unique index on it bounds their number */
  slot: number;
  name: string;
  size: number;
  /** what its sender says that it is; null when he did not say */
  sha256: string | null;
  /** the file that it has become; the row is then only there until its parts are removed */
  fileId: string | null;
  expiresAt: Date;
  version: number;
}

export const UploadModel = defineModel<Upload>(
  { name: "Upload", collection: "uploads" },
  {
    accountId: text,
    roleKey: text,
    slot: number,
    name: text,
    size: number,
    sha256: optionalText,
    fileId: optionalText,
    expiresAt: moment,
  },
  [
    { fields: { accountId: 1, roleKey: 1, slot: 1 }, unique: true, name: "slot_of_uploader" },
    { fields: { expiresAt: 1 } },
  ],
);
