import { z } from "zod";
import { sectors } from "../dictionaries/organizations.ts";
import { titleLevels } from "../dictionaries/titles.ts";
import { defineEndpoint } from "./endpoint.ts";
import {
  codeOf,
  date,
  hours,
  idParams,
  identityNumber,
  pageOf,
  paging,
  regionCode,
  text,
  year,
} from "./fields.ts";

/** Imports: people from a workbook, credit history of the former system (IMP, NFR-06, ACC-04). */

export const getImportTemplate = defineEndpoint({
  id: "getImportTemplate",
  method: "GET",
  path: "/imports/people/template",
  summary: "下载人员导入模板",
  access: "session",
  response: z.never(),
  binary: {
    contentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    description: "导入模板",
  },
  errors: ["permission.denied"],
});

export const importView = z.object({
  id: z.string(),
  fileName: z.string(),
  operatorName: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  status: z.enum(["queued", "running", "finished", "failed"]),
  statusName: z.string(),
  dryRun: z.boolean(),
  totalRows: z.number(),
  processedRows: z.number(),
  createdRows: z.number(),
  updatedRows: z.number(),
  failedRows: z.number(),
  problem: z.string().nullable(),
  hasErrorWorkbook: z.boolean(),
  /** the first failing rows, for the page */
  sample: z.array(z.object({ rowNumber: z.number(), name: z.string(), reason: z.string() })),
});

export const startPeopleImport = defineEndpoint({
  id: "startPeopleImport",
  method: "POST",
  path: "/imports/people",
  summary: "批量导入专技人员（xlsx/csv），后台处理",
  access: "session",
  upload: {
    field: "file",
    maxBytes: 20 * 1024 * 1024,
    accept: ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv"],
  },
  body: z.strictObject({
    dryRun: z.enum(["true", "false"]).default("false"),
    existing: z.enum(["fail", "fill-empty"]).default("fail"),
    createDepartments: z.enum(["true", "false"]).default("false"),
  }),
  response: importView,
  errors: [
    "permission.denied",
    "file.missing",
    "file.wrong_type",
    "file.too_large",
    "import.spreadsheet",
    "import.running",
    "organization.not_found",
    "organization.closing",
  ],
});

export const listImports = defineEndpoint({
  id: "listImports",
  method: "GET",
  path: "/imports",
  summary: "导入历史",
  access: "session",
  query: z.strictObject({ ...paging }),
  response: pageOf(importView),
  errors: ["permission.denied"],
});

export const getImport = defineEndpoint({
  id: "getImport",
  method: "GET",
  path: "/imports/:id",
  summary: "导入进度与结果",
  access: "session",
  params: idParams,
  response: importView,
  errors: ["import.not_found", "permission.denied"],
});

export const getImportErrors = defineEndpoint({
  id: "getImportErrors",
  method: "GET",
  path: "/imports/:id/errors",
  summary: "下载失败信息表（每行含失败原因，可修改后重新导入）",
  access: "session",
  params: idParams,
  response: z.never(),
  binary: {
    contentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    description: "失败信息表",
  },
  errors: ["import.not_found", "permission.denied"],
});

/** History of the former system and finance-confirmed credits, entered by the provincial bureau (NFR-06, ACC-04). */
export const importCreditHistory = defineEndpoint({
  id: "importCreditHistory",
  method: "POST",
  path: "/credit-history",
  summary: "历史学时导入（省级人社部门）",
  access: "session",
  body: z.strictObject({
    source: text(100, 2),
    rows: z
      .array(
        z.strictObject({
          idNumber: identityNumber,
          year,
          public: hours.default(0),
          professional: hours.default(0),
          /** 学分 of the professional subject that the finance department has confirmed, in place of hours (ACC-04) */
          credits: hours.optional(),
          /** the year that they belong to, when it is another: the rules then refuse them */
          creditsYear: year.optional(),
          title: text(200),
          /** facts of that year that decided the requirement then, when they differ from today's */
          titleLevel: codeOf(titleLevels, "职称级别").optional(),
          regionCode: regionCode.optional(),
          sector: codeOf(sectors, "行业").optional(),
          creditedOn: date.optional(),
        }),
      )
      .min(1)
      .max(1000, "一次最多1000行"),
  }),
  response: z.object({
    imported: z.number(),
    problems: z.array(z.object({ row: z.number(), message: z.string() })),
  }),
  errors: ["permission.denied", "request.idempotency_mismatch"],
});
