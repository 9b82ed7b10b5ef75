import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import { type getUpload as contract, partBytes } from "../../shared/contracts/uploads.ts";
import type { UploadProgress } from "../queries/uploads/get-upload.ts";

/** What its sender needs to go on: the parts that are still missing are all the others. */
export function presentUpload({ upload, parts, received }: UploadProgress): ResponseOf<typeof contract> {
  const { _id, name, size, expiresAt } = upload;
  return { id: _id, name, size, partBytes, parts, received, expiresAt: expiresAt.toISOString() };
}
