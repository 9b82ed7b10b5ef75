import { UploadModel } from "../../../models/upload.ts";
import type { App } from "../../command-context.ts";
import { removeUpload } from "./remove-upload.ts";

const atOnce = 50;

/**
 * Removes uploads that were not gone on with, and what a node that died left of completed ones. Returns how many it
 * found; call it again while that is not zero. Safe on several nodes at once.
 */
export async function removeExpiredUploads(app: App): Promise<number> {
  const expired = { expiresAt: { $lte: app.clock.now() } };
  const uploads = await UploadModel.find(expired, { size: 1 }).limit(atOnce).lean();
  for (const upload of uploads) await removeUpload(upload);
  return uploads.length;
}
