import { z } from "zod";
import { applicationView } from "./applications.ts";
import { defineEndpoint } from "./endpoint.ts";
import { date, done, fileRef, id, idParams, longText, text } from "./fields.ts";

/** 账号注销 of a person (PER-11 – PER-14), and its reopening by the bureau (PER-13). */

export const deregistrationCaseNames = { retired: "退休", deceased: "去世" } as const;

const attachments = z.array(fileRef.extend({ key: text(30) })).max(5, "最多5个附件");

export const submitDeregistration = defineEndpoint({
  id: "submitDeregistration",
  method: "POST",
  path: "/deregistrations",
  summary: "申请账号注销（仅限退休或去世；去世由单位代为申请）",
  access: "session",
  body: z.strictObject({
    /** whom: a unit applies for one of its people; without it the professional himself */
    personId: id.optional(),
    /** anything but retired and deceased is answered with the way to a transfer (PER-14) */
    case: z.enum(["retired", "deceased", "job-change", "other"], "请选择注销原因"),
    /** day of retirement or death */
    on: date,
    remark: longText(200).default(""),
    attachments: attachments.default([]),
  }),
  response: applicationView,
  errors: [
    "permission.denied",
    "person.not_found",
    "deregistration.transfer_instead",
    "person.transfer_open",
    "application.pending_exists",
    "application.blocked",
    "file.not_found",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

export const reactivatePerson = defineEndpoint({
  id: "reactivatePerson",
  method: "POST",
  path: "/people/:id/reactivations",
  summary: "恢复已注销的人员账号（人社部门，凭证明材料，如返聘）",
  access: "session",
  params: idParams,
  body: z.strictObject({
    reason: longText(200).min(2, "请填写恢复原因"),
    attachments: attachments.min(1, "请上传证明材料"),
  }),
  response: done,
  errors: [
    "permission.denied",
    "permission.self_review",
    "person.not_found",
    "person.not_deregistered",
    "organization.not_found",
    "organization.closing",
    "file.not_found",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});
