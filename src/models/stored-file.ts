import { defineModel, moment, number, optionalText, text, texts } from "./schema.ts";

/** An uploaded or rendered file. Its bytes are in GridFS once for each SHA-256; this row is one use of them. */
export interface StoredFile {
  _id: string;
  sha256: string;
  name: string;
  mimeType: string;
  size: number;
  uploadedByAccountId: string | null;
  /** the item that the file proves; null until something uses it */
  usedBy: string | null;
  /** organizations that may see it through that item */
  scopeIds: string[];
  createdAt: Date;
  version: number;
}

export const StoredFileModel = defineModel<StoredFile>(
  { name: "StoredFile", collection: "files" },
  {
    sha256: text,
    name: text,
    mimeType: text,
    size: number,
    uploadedByAccountId: optionalText,
    usedBy: optionalText,
    scopeIds: texts,
    createdAt: moment,
  },
  [{ fields: { sha256: 1 } }, { fields: { usedBy: 1, createdAt: 1 } }],
);
