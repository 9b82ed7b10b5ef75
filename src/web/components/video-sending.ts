import type { FileRef } from "./file-upload.tsx";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import {
  cancelUpload,
  completeUpload,
  getUpload,
  sendUploadPart,
  startUpload,
} from "../../shared/contracts/uploads.ts";
import { ApiError, callApi, uploadApi } from "../api.ts";

type Upload = ResponseOf<typeof getUpload>;

/** Where it stands, and whether it is to go on: asked before each part. */
export interface VideoProgress {
  onPercent: (percent: number) => void;
  isStopped: () => boolean;
}

/**
 * Sends a video part by part (PLN-12). What has arrived stays with the server for three days: the same file, chosen
 * again, goes on where it stopped. Answers null when it was stopped. Throws ApiError as `callApi`.
 */
export async function sendVideo(
  file: File,
  { onPercent, isStopped }: VideoProgress,
): Promise<FileRef | null> {
  const upload = (await begunUpload(file)) ?? (await begin(file));
  const received = new Set(upload.received);
  const shown = (partPercent: number) =>
    onPercent(Math.floor((received.size * 100 + partPercent) / Math.max(upload.parts, 1)));
  for (let index = 0; index < upload.parts; index += 1) {
    if (received.has(index)) continue;
    if (isStopped()) return null;
    const bytes = file.slice(index * upload.partBytes, (index + 1) * upload.partBytes);
    const part = new File([bytes], file.name);
    await uploadApi(sendUploadPart, { fields: { id: upload.id, index }, file: part }, shown);
    received.add(index);
    shown(0);
  }
  if (isStopped()) return null;
  const { fileId, name } = await callApi(completeUpload, { id: upload.id });
  localStorage.removeItem(keyOf(file));
  return { fileId, name };
}

/** Gives up what has arrived of a file, so that it takes no place any more. */
export async function giveUpVideo(file: File): Promise<void> {
  const id = localStorage.getItem(keyOf(file));
  localStorage.removeItem(keyOf(file));
  if (id !== null) await callApi(cancelUpload, { id });
}

async function begin(file: File): Promise<Upload> {
  const upload = await callApi(startUpload, { name: file.name, size: file.size });
  localStorage.setItem(keyOf(file), upload.id);
  return upload;
}

/** What of the same file was sent from this browser before, unless the server has removed it since. */
async function begunUpload(file: File): Promise<Upload | null> {
  const id = localStorage.getItem(keyOf(file));
  if (id === null) return null;
  try {
    return await callApi(getUpload, { id });
  } catch (error) {
    if (error instanceof ApiError && error.code === "upload.not_found") return null;
    throw error;
  }
}

function keyOf({ name, size, lastModified }: File): string {
  return `xueshi.upload.${name}.${size}.${lastModified}`;
}
