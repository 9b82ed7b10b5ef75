import { StoredFileModel } from "../../../models/stored-file.ts";
import { removeBlob } from "../../blobs.ts";
import type { App } from "../../command-context.ts";

const keptMs = 24 * 3_600_000;
const atOnce = 200;

/**
 * Removes uploads that nothing has used for a day, and the bytes that no other row names. Returns how many rows it
 * removed; call it again while that is not zero. Safe to run on several nodes at once.
 */
export async function removeUnusedFiles(app: App): Promise<number> {
  const before = new Date(app.clock.now().getTime() - keptMs);
  const unused = { usedBy: null, createdAt: { $lt: before } };
  const files = await StoredFileModel.find(unused, { sha256: 1 }).limit(atOnce).lean();
  for (const file of files) {
    // Guarded: one that an item has begun to use meanwhile stays.
    const removed = await StoredFileModel.deleteOne({ _id: file._id, usedBy: null });
    if (removed.deletedCount === 0) continue;
    if ((await StoredFileModel.exists({ sha256: file.sha256 })) === null) await removeBlob(file.sha256);
  }
  return files.length;
}
