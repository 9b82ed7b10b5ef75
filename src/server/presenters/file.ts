import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import type { uploadFile } from "../../shared/contracts/platform.ts";
import type { StoredFile } from "../../models/stored-file.ts";
import type { BinaryResult } from "../http/binary-result.ts";
import type { Readable } from "node:stream";

/** What an uploader is told: the id to name the file by. */
export function presentStoredFile(file: StoredFile): ResponseOf<typeof uploadFile> {
  return { fileId: file._id, name: file.name, size: file.size, mimeType: file.mimeType };
}

/** The file itself, shown by the browser as what its content is. */
export function presentFile({ file, content }: { file: StoredFile; content: Readable }): BinaryResult {
  const { mimeType: contentType, name: fileName, sha256 } = file;
  return { content, contentType, fileName, sha256, disposition: "inline" };
}
