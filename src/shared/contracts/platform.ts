import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { id, idParams, pageOf, paging } from "./fields.ts";

/** The platform itself: name, sponsor, files, audit. */

export const getPlatform = defineEndpoint({
  id: "getPlatform",
  method: "GET",
  path: "/platform",
  summary: "平台名称、主办单位、当前年度",
  access: "public",
  response: z.object({
    name: z.string(),
    province: z.string(),
    sponsor: z.string(),
    year: z.number(),
    today: z.string(),
    /**
     * until when the current year is declared, what was returned corrected, and approvals given (null: for ever), and
     * from when that is shown (PST-04, PST-05)
     */
    closing: z.object({
      lastDay: z.string(),
      shownFrom: z.string(),
      lastCorrectionDay: z.string(),
      lastApprovalDay: z.string().nullable(),
    }),
    /** the year before, while what was returned of it may still be corrected (days of grace, PST-04) */
    yearInGrace: z
      .object({ year: z.number(), lastDay: z.string(), lastCorrectionDay: z.string() })
      .nullable(),
    demonstration: z.boolean(),
    /** accounts of the demonstration, only on a demonstration database and a loopback connection */
    demonstrationAccounts: z.array(
      z.object({ roleName: z.string(), name: z.string(), idNumber: z.string(), password: z.string() }),
    ),
    version: z.string(),
  }),
  errors: [],
});

export const uploadFile = defineEndpoint({
  id: "uploadFile",
  method: "POST",
  path: "/files",
  summary: "上传证明材料（jpg/png/pdf，10MB以内）",
  access: "session",
  upload: {
    field: "file",
    maxBytes: 10 * 1024 * 1024,
    accept: ["image/jpeg", "image/png", "application/pdf"],
  },
  response: z.object({ fileId: z.string(), name: z.string(), size: z.number(), mimeType: z.string() }),
  errors: ["file.missing", "file.wrong_type", "file.too_large"],
});

/** Files are visible to who uploaded them and to who may see the item they prove (REG-29). */
export const getFile = defineEndpoint({
  id: "getFile",
  method: "GET",
  path: "/files/:id",
  summary: "查看文件",
  access: "session",
  params: idParams,
  response: z.never(),
  binary: { contentType: "application/octet-stream", description: "文件内容" },
  errors: ["file.not_found"],
});

export const listAuditEvents = defineEndpoint({
  id: "listAuditEvents",
  method: "GET",
  path: "/audit-events",
  summary: "审计记录（审计员）",
  access: "session",
  query: z.strictObject({ type: z.string().max(60).optional(), subjectId: id.optional(), ...paging }),
  response: pageOf(
    z.object({
      id: z.string(),
      at: z.string(),
      type: z.string(),
      typeName: z.string(),
      actorName: z.string(),
      organizationName: z.string().nullable(),
      subjectId: z.string().nullable(),
      data: z.record(z.string(), z.unknown()),
      sealed: z.boolean(),
    }),
  ),
  errors: ["permission.denied"],
});
