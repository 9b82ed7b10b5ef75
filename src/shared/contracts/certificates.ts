import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { hoursBySubject, id, idParams, pageOf, paging, year } from "./fields.ts";
import { personIdOrMe } from "./people.ts";

/** Certificates: issue, print, merged print, public verification (CRT). */

export const certificateView = z.object({
  id: z.string(),
  number: z.string(),
  version: z.number(),
  kind: z.enum(["single", "merged"]),
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
