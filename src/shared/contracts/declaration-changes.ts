import { z } from "zod";
import { declarationRow } from "./declarations.ts";
import { defineEndpoint } from "./endpoint.ts";
import { date, done, idParams, longText, subject, text } from "./fields.ts";
import { evidence, facts } from "./form-facts.ts";

/** What may still happen to a declaration after it was submitted: withdrawal, correction, revocation (DEC-14, APR-13). */

export const withdrawDeclaration = defineEndpoint({
  id: "withdrawDeclaration",
  method: "POST",
  path: "/declarations/:id/withdrawal",
  summary: "撤回申报（最终审批前）",
  access: "session",
  params: idParams,
  response: done,
  errors: [
    "declaration.not_found",
    "permission.denied",
    "declaration.not_withdrawable",
    "declaration.in_batch",
    "request.conflict",
  ],
});

export const revokeDeclaration = defineEndpoint({
  id: "revokeDeclaration",
  method: "POST",
  path: "/declarations/:id/revocation",
  summary: "撤销认定（人社部门；冲销学时，重新认定年度结果和证书状态）",
  access: "session",
  params: idParams,
  body: z.strictObject({ reason: longText(500).min(2, "请填写撤销原因") }),
  response: done,
  errors: [
    "declaration.not_found",
    "permission.denied",
    "permission.self_review",
    "declaration.not_revocable",
    "request.conflict",
  ],
});

export const objectToDeclaration = defineEndpoint({
  id: "objectToDeclaration",
  method: "POST",
  path: "/declarations/:id/objection",
  summary: "对他人为本人申报的学时提出异议",
  access: "session",
  params: idParams,
  body: z.strictObject({ reason: longText(500).min(2, "请填写异议原因") }),
  response: done,
  errors: [
    "declaration.not_found",
    "permission.denied",
    "declaration.not_disputable",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

export const resubmitDeclaration = defineEndpoint({
  id: "resubmitDeclaration",
  method: "POST",
  path: "/declarations/:id/resubmission",
  summary: "驳回后修改并重新提交（从第一级，或按流程从驳回的一级重新审核）",
  access: "session",
  params: idParams,
  body: z.strictObject({
    title: text(200),
    startDate: date,
    endDate: date,
    subject: subject.optional(),
    facts,
    hours: z.strictObject({ public: z.number().min(0), professional: z.number().min(0) }).optional(),
    evidence,
    remark: longText(500).default(""),
  }),
  response: declarationRow,
  errors: [
    "declaration.not_found",
    "permission.denied",
    "declaration.not_correctable",
    "declaration.in_batch",
    "declaration.invalid",
    "declaration.class_reported",
    "declaration.past_year_closed",
    "declaration.evidence_missing",
    "declaration.duplicate",
    "file.not_found",
    "request.idempotency_mismatch",
  ],
});
