import { type Upload, UploadModel } from "../../../models/upload.ts";
import { removeBlob } from "../../blobs.ts";
import { partNames } from "../../queries/uploads/get-upload.ts";

/**
 * Removes the parts of an upload that has ended, then its row: as long as a part may be there, the row says so. It must
 * have expired, so that no further part is taken. Safe to repeat, and on several nodes at once.
 */
export async function removeUpload(upload: Pick<Upload, "_id" | "size">): Promise<void> {
  for (const name of partNames(upload)) await removeBlob(name);
  await UploadModel.deleteOne({ _id: upload._id });
}
