import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GridFSBucket } from "mongodb";
import mongoose from "mongoose";

/**
 * The bytes of files: in GridFS, once for each SHA-256 (REG-29). Bytes join no transaction: they are written before
 * the row that names them, and bytes that no row names are removed by the clean-up of unused files. Parts of an upload
 * that is under way are kept the same way, under names of their own.
 */
const bucketName = "blobs";

function bucket(): GridFSBucket {
  const { db } = mongoose.connection;
  if (db === undefined) throw new Error("the database is not connected");
  return new GridFSBucket(db as unknown as ConstructorParameters<typeof GridFSBucket>[0], { bucketName });
}

/** Stores the bytes of a file on disk, or in memory, under their SHA-256 unless they are there already. */
export async function putBlob(sha256: string, source: string | Uint8Array): Promise<void> {
  if (await hasBlob(sha256)) return;
  const readable = typeof source === "string" ? createReadStream(source) : Readable.from([source]);
  const upload = bucket().openUploadStream(sha256);
  try {
    await pipeline(readable, upload);
  } catch (error) {
    await upload.abort().catch(() => undefined);
    throw error;
  }
  await dropDoubles(sha256);
}

/** True when bytes with this SHA-256 are stored whole. */
export async function hasBlob(sha256: string): Promise<boolean> {
  return (await bucket().find({ filename: sha256 }).limit(1).toArray()).length > 0;
}

/** Which of these are stored whole. */
export async function storedBlobs(names: readonly string[]): Promise<Set<string>> {
  const found = await bucket()
    .find({ filename: { $in: [...names] } })
    .toArray();
  return new Set(found.map(({ filename }) => filename));
}

/** The bytes as a stream, or null when there are none. */
export async function openBlob(sha256: string): Promise<Readable | null> {
  const [file] = await bucket().find({ filename: sha256 }).sort({ _id: 1 }).limit(1).toArray();
  return file === undefined ? null : bucket().openDownloadStream(file._id);
}

/** The bytes at once, for what must have them whole; null when there are none. */
export async function readBlob(sha256: string): Promise<Buffer | null> {
  const stream = await openBlob(sha256);
  if (stream === null) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Removes the bytes with this SHA-256. */
export async function removeBlob(sha256: string): Promise<void> {
  for (const file of await bucket().find({ filename: sha256 }).toArray()) await bucket().delete(file._id);
}

/** Two uploads of equal bytes at once: the first by id stays. */
async function dropDoubles(sha256: string): Promise<void> {
  const [, ...doubles] = await bucket().find({ filename: sha256 }).sort({ _id: 1 }).toArray();
  for (const double of doubles)
    await bucket()
      .delete(double._id)
      .catch(() => undefined);
}
