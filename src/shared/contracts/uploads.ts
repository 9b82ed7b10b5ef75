import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { done, id, idParams, text } from "./fields.ts";
import { uploadFile } from "./platform.ts";

/** Videos of training sessions, sent part by part and gone on with after an interruption (PLN-12). */

/** Every part but the last has exactly this size. */
export const partBytes = 4 * 1024 * 1024;

/** Uploads that one person has under way at a time. */
export const mostUploads = 3;

const uploadView = z.object({
  id: z.string(),
  name: z.string(),
  size: z.number(),
  partBytes: z.number(),
  parts: z.number(),
  /** the parts that have arrived; the others are to be sent, in any order */
  received: z.array(z.number()),
  expiresAt: z.string(),
});

export const startUpload = defineEndpoint({
  id: "startUpload",
  method: "POST",
  path: "/uploads",
  summary: "开始分片上传培训视频（mp4/webm/mov，可断点续传）",
  access: "session",
  body: z.strictObject({
    name: text(120),
    size: z.number().int("文件大小应为整数").min(1, "文件是空的"),
    /** compared when all parts have come */
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "SHA-256校验值应为64位小写十六进制")
      .optional(),
  }),
  response: uploadView,
  errors: [
    "permission.denied",
    "file.too_large",
    "upload.too_many",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

export const sendUploadPart = defineEndpoint({
  id: "sendUploadPart",
  method: "POST",
  path: "/uploads/:id/parts/:index",
  summary: "上传一片（从0起编号，次序不限，重复上传无妨）",
  access: "session",
  params: z.strictObject({ id, index: z.coerce.number().int().min(0).max(9_999) }),
  upload: { field: "part", maxBytes: partBytes, accept: "any" },
  response: z.object({ index: z.number() }),
  errors: [
    "upload.not_found",
    "upload.part_invalid",
    "file.missing",
    "file.too_large",
    "request.unsupported_type",
  ],
});

export const getUpload = defineEndpoint({
  id: "getUpload",
  method: "GET",
  path: "/uploads/:id",
  summary: "分片上传的进度：已收到哪些片",
  access: "session",
  params: idParams,
  response: uploadView,
  errors: ["upload.not_found"],
});

export const completeUpload = defineEndpoint({
  id: "completeUpload",
  method: "POST",
  path: "/uploads/:id/completion",
  summary: "各片已齐，合为一个文件",
  access: "session",
  params: idParams,
  response: uploadFile.response,
  errors: [
    "upload.not_found",
    "upload.incomplete",
    "upload.checksum_mismatch",
    "file.wrong_type",
    "file.infected",
    "file.scan_unavailable",
    "request.conflict",
  ],
});

export const cancelUpload = defineEndpoint({
  id: "cancelUpload",
  method: "DELETE",
  path: "/uploads/:id",
  summary: "放弃分片上传",
  access: "session",
  params: idParams,
  response: done,
  errors: ["upload.not_found", "request.conflict"],
});
