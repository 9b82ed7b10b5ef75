import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import {
  captcha,
  hoursBySubject,
  id,
  idParams,
  identityNumber,
  pageOf,
  paging,
  password,
  year,
} from "./fields.ts";
import { personIdOrMe } from "./people.ts";

/** Certificates and transcripts: issue, print, merged print, public verification (CRT, PER-16). */

const kind = z.enum(["single", "merged", "transcript"]);

/** What each kind is called: a transcript lists years that were not passed as well, so it is no certificate. */
export const certificateNouns: Record<z.infer<typeof kind>, string> = {
  single: "证书",
  merged: "证书",
  transcript: "学习档案",
};

export const certificateView = z.object({
  id: z.string(),
  number: z.string(),
  version: z.number(),
  kind,
  personId: z.string(),
  personName: z.string(),
  maskedIdNumber: z.string(),
  organizationName: z.string(),
  years: z.array(z.number()),
  status: z.enum(["valid", "revoked", "updated"]),
  statusName: z.string(),
  issuedAt: z.string(),
  verifyCode: z.string(),
});

export const issueCertificate = defineEndpoint({
  id: "issueCertificate",
  method: "POST",
  path: "/people/:id/certificates",
  summary: "签发年度证书（已签发的返回原证书）",
  access: "session",
  params: z.strictObject({ id: personIdOrMe }),
  body: z.strictObject({ year }),
  response: certificateView,
  errors: [
    "person.not_found",
    "permission.denied",
    "certificate.year_not_passed",
    "certificate.printer_unavailable",
  ],
});

export const issueMergedCertificate = defineEndpoint({
  id: "issueMergedCertificate",
  method: "POST",
  path: "/people/:id/merged-certificates",
  summary: "合并打印：所选年度均通过时签发合并证书",
  access: "session",
  params: z.strictObject({ id: personIdOrMe }),
  body: z
    .strictObject({ from: year, to: year })
    .refine((range) => range.from <= range.to && range.to - range.from < 20, {
      message: "年度区间不正确",
      path: ["to"],
    }),
  response: certificateView,
  errors: [
    "person.not_found",
    "permission.denied",
    "certificate.range_blocked",
    "certificate.printer_unavailable",
  ],
});

export const issueTranscript = defineEndpoint({
  id: "issueTranscript",
  method: "POST",
  path: "/people/:id/transcripts",
  summary: "生成学习档案：全部年度的学时与结果，可核验（内容未变的返回原档案）",
  access: "session",
  params: z.strictObject({ id: personIdOrMe }),
  response: certificateView,
  errors: [
    "person.not_found",
    "permission.denied",
    "request.conflict",
    "certificate.printer_unavailable",
    "request.idempotency_mismatch",
  ],
});

/** Nobody signs in to a closed record: the password opens this one file and nothing else (TRF-16, PER-12). */
export const exportClosedTranscript = defineEndpoint({
  id: "exportClosedTranscript",
  method: "POST",
  path: "/closed-records/transcript",
  summary: "调出省外或注销后，本人凭身份证号码和密码导出学习档案",
  access: "public",
  body: z.strictObject({ idNumber: identityNumber, password, ...captcha }),
  response: z.never(),
  binary: { contentType: "application/pdf", description: "学习档案" },
  errors: [
    "captcha.wrong",
    "login.wrong_password",
    "login.locked",
    "login.disabled",
    "login.initial_password_expired",
    "login.demonstration_only_here",
    "transcript.record_open",
    "transcript.initial_password",
    "certificate.printer_unavailable",
    "request.conflict",
    "request.too_many",
  ],
});

export const getCertificatePdf = defineEndpoint({
  id: "getCertificatePdf",
  method: "GET",
  path: "/certificates/:id/pdf",
  summary: "证书PDF（签发时生成一次，每次打印均为同一文件）",
  access: "session",
  params: idParams,
  response: z.never(),
  binary: { contentType: "application/pdf", description: "证书" },
  errors: ["certificate.not_found", "certificate.revoked", "certificate.printer_unavailable"],
});

const printableRow = z.object({
  personId: z.string(),
  personName: z.string(),
  maskedIdNumber: z.string(),
  organizationName: z.string(),
  year: z.number(),
  hours: hoursBySubject,
  result: z.string(),
  resultName: z.string(),
  printable: z.boolean(),
  reason: z.string().nullable(),
  certificate: certificateView.nullable(),
});

/** Exact look-up by ID number goes through `POST /people/look-up` first. */
export const listPrintable = defineEndpoint({
  id: "listPrintable",
  method: "GET",
  path: "/certificates/printable",
  summary: "电子证书查询打印：按年度、人员",
  access: "session",
  query: z.strictObject({
    year,
    personId: id.optional(),
    name: z.string().trim().max(50).optional(),
    onlyPassed: z.enum(["true", "false"]).default("true"),
    ...paging,
  }),
  response: pageOf(printableRow),
  errors: ["permission.denied"],
});

export const verifyCertificate = defineEndpoint({
  id: "verifyCertificate",
  method: "POST",
  path: "/verifications",
  summary: "证书核验：证书编号和核验码",
  access: "public",
  body: z.strictObject({
    number: z.string().trim().min(1, "请输入证书编号").max(60),
    code: z.string().trim().toUpperCase().min(1, "请输入核验码").max(20),
  }),
  response: z.object({
    /** "unknown": no such number, or the code does not belong to it (the two are not told apart) */
    status: z.enum(["valid", "revoked", "updated", "unknown"]),
    statusName: z.string(),
    checkedAt: z.string(),
    certificate: z
      .object({
        kind,
        number: z.string(),
        version: z.number(),
        personName: z.string(),
        maskedIdNumber: z.string(),
        organizationName: z.string(),
        years: z.array(
          z.object({
            year: z.number(),
            public: z.number(),
            professional: z.number(),
            resultName: z.string(),
          }),
        ),
        issuer: z.string(),
        issuedOn: z.string(),
      })
      .nullable(),
  }),
  errors: ["request.too_many"],
});
