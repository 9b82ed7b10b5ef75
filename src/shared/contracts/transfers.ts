import { z } from "zod";
import { applicationView } from "./applications.ts";
import { defineEndpoint } from "./endpoint.ts";
import { done, fileRef, id, idParams, longText, regionCode, text } from "./fields.ts";

/** 人员调转 (TRF): by the person, or by the old unit for several of its people; the new unit confirms. */

/** Where to: a unit of the platform, between two employers, or out of the province (TRF-16). */
const destination = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("unit"),
      organizationId: id,
      /** 新部门, where it is known; the new unit may choose another one */
      departmentId: id.optional(),
    }),
    z.strictObject({
      kind: z.literal("pool"),
      /** the region whose 人才中心 takes the person over; without it that of the old unit */
      regionCode: regionCode.optional(),
    }),
    z.strictObject({ kind: z.literal("outside"), place: text(100, 2) }),
  ],
  "请选择调入单位、人才中心，或填写调出省外的去向",
);

const fields = {
  to: destination,
  /** 调转原因 */
  reason: text(200, 2),
  attachments: z
    .array(fileRef.extend({ key: text(30) }))
    .max(5, "最多5个附件")
    .default([]),
};

/** What a transfer's application keeps (TRF-08). */
export const transferData = z.object({
  way: z.enum(["person", "employer"]),
  /** out of the province: the record is closed, nobody takes the person over (TRF-16) */
  outsidePlace: z.string().nullable(),
  /** 新部门, as applied for or as the new unit has chosen */
  departmentId: z.string().nullable(),
  departmentName: z.string().nullable(),
  /** 调转原因 */
  reason: z.string(),
  /** the diagram's step that refused it; null unless it was refused (TRF-07) */
  rejectedAt: z.string().nullable(),
  /** the right of a person whose unit asked for it, as it was then, and his objection (TRF-14); null without it */
  objection: z
    .object({
      days: z.number(),
      /** the last of them */
      until: z.string(),
      /** whether the transfer cannot be completed against it */
      blocks: z.boolean(),
      reason: z.string().nullable(),
      at: z.string().nullable(),
    })
    .nullable(),
});
export type TransferData = z.output<typeof transferData>;

const errors = [
  "permission.denied",
  "person.not_found",
  "person.transfer_open",
  "organization.not_found",
  "organization.closing",
  "department.unavailable",
  "transfer.no_pool",
  "application.pending_exists",
  "application.blocked",
  "file.not_found",
  "request.conflict",
  "request.idempotency_mismatch",
] as const;

export const submitTransfer = defineEndpoint({
  id: "submitTransfer",
  method: "POST",
  path: "/transfers",
  summary: "单位调转：本人申请，原单位同意后由新单位确认",
  access: "session",
  body: z.strictObject(fields),
  response: applicationView,
  errors,
});

export const releasePeople = defineEndpoint({
  id: "releasePeople",
  method: "POST",
  path: "/transfer-releases",
  summary: "人员调出：原单位提交转出申请，每人各有结果",
  access: "session",
  body: z.strictObject({
    personIds: z.array(id).min(1, "请选择调出人员").max(200, "一次最多200人"),
    ...fields,
  }),
  response: z.object({
    succeeded: z.number(),
    failed: z.number(),
    results: z.array(
      z.object({
        personId: z.string(),
        ok: z.boolean(),
        applicationId: z.string().nullable(),
        number: z.string().nullable(),
        code: z.string().nullable(),
        message: z.string().nullable(),
      }),
    ),
  }),
  errors: ["permission.denied", "request.idempotency_mismatch"],
});

export const acceptTransfer = defineEndpoint({
  id: "acceptTransfer",
  method: "POST",
  path: "/transfers/:id/acceptance",
  summary: "确认调转：新单位核对人员信息并确定所属部门",
  access: "session",
  params: idParams,
  body: z.strictObject({ departmentId: id.optional(), comment: longText(500).default("") }),
  response: applicationView,
  errors: [
    "application.not_found",
    "permission.denied",
    "permission.self_review",
    "department.unavailable",
    "organization.not_found",
    "organization.closing",
    "transfer.objected",
    "task.already_decided",
    "task.withdrawn",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

export const objectToTransfer = defineEndpoint({
  id: "objectToTransfer",
  method: "POST",
  path: "/transfers/:id/objection",
  summary: "对单位为本人办理的调转提出异议（异议期内）",
  access: "session",
  params: idParams,
  body: z.strictObject({ reason: longText(500).min(2, "请填写异议原因") }),
  response: done,
  errors: [
    "application.not_found",
    "permission.denied",
    "transfer.not_disputable",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});
