import { z } from "zod";
import { applicationView } from "./applications.ts";
import { defineEndpoint } from "./endpoint.ts";
import { date, done, fileRef, id, idParams, longText, text, year } from "./fields.ts";

/** 学时折算/减免 by actual days on post (PRO). */

export const adjustmentCaseNames = {
  abroad: "赴境外工作、学习",
  sick: "病假",
  maternity: "生育",
  other: "业务主管部门批准的其他情形",
} as const;

const content = {
  case: z.enum(Object.keys(adjustmentCaseNames) as [keyof typeof adjustmentCaseNames], "请选择折算情形"),
  /** absences of that case, first and last day; days outside the year do not count */
  periods: z
    .array(z.strictObject({ from: date, to: date }))
    .min(1, "请填写起止日期")
    .max(12, "最多12段"),
  reason: longText(500).default(""),
  attachments: z
    .array(fileRef.extend({ key: text(30) }))
    .min(1, "请上传证明材料")
    .max(10, "最多10个附件"),
};

const errors = [
  "permission.denied",
  "person.transfer_open",
  "adjustment.without_effect",
  "adjustment.authority_missing",
  "file.not_found",
  "request.conflict",
  "request.idempotency_mismatch",
] as const;

export const submitAdjustment = defineEndpoint({
  id: "submitAdjustment",
  method: "POST",
  path: "/adjustments",
  summary: "申请学时折算（本人或所在单位）",
  access: "session",
  body: z.strictObject({
    /** whom: a unit applies for one of its people; without it the professional himself */
    personId: id.optional(),
    year,
    ...content,
  }),
  response: applicationView,
  errors: [...errors, "person.not_found", "application.pending_exists"],
});

export const resubmitAdjustment = defineEndpoint({
  id: "resubmitAdjustment",
  method: "POST",
  path: "/adjustments/:id/resubmission",
  summary: "修改被退回的折算申请并重新提交",
  access: "session",
  params: idParams,
  body: z.strictObject(content),
  response: applicationView,
  errors: [
    ...errors,
    "person.not_found",
    "application.not_found",
    "application.not_correctable",
    "task.already_decided",
    "task.withdrawn",
  ],
});

export const revokeAdjustment = defineEndpoint({
  id: "revokeAdjustment",
  method: "POST",
  path: "/adjustments/:id/revocation",
  summary: "撤销已生效的折算（人社部门；重新认定年度结果和证书状态）",
  access: "session",
  params: idParams,
  body: z.strictObject({ reason: longText(500).min(2, "请填写撤销原因") }),
  response: done,
  errors: [
    "application.not_found",
    "permission.denied",
    "permission.self_review",
    "application.not_revocable",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});
