import { z } from "zod";
import { applicationFilter, applicationRow } from "./applications.ts";
import { declarationFilter, declarationRow } from "./declarations.ts";
import { defineEndpoint } from "./endpoint.ts";
import { identityNumber, pageOf, paging } from "./fields.ts";
import { taskFilter, taskView } from "./workflow.ts";

/**
 * The review lists by ID number, and as workbooks (AUD-08). A whole ID number is never in a URL, so that both are POST;
 * everything else that narrows a list narrows these alike.
 */

/** Rows that one workbook may have. */
export const mostExportedRows = 10_000;

const byIdNumber = { idNumber: identityNumber.optional() };
const tasks = { box: z.enum(["todo", "done"]).default("todo"), ...taskFilter, ...byIdNumber };
const declarations = { ...declarationFilter, ...byIdNumber };
const applications = { ...applicationFilter, ...byIdNumber };

const workbook = {
  response: z.never(),
  binary: {
    contentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    description: "Excel 工作簿",
  },
} as const;

export const findTasks = defineEndpoint({
  id: "findTasks",
  method: "POST",
  path: "/tasks/look-up",
  summary: "待办/已办：可按身份证号码查找",
  access: "session",
  body: z.strictObject({ ...tasks, ...paging }),
  response: pageOf(taskView),
  errors: [],
});

export const exportTasks = defineEndpoint({
  id: "exportTasks",
  method: "POST",
  path: "/tasks/exports",
  summary: "待办/已办：按筛选条件导出（记入审计）",
  access: "session",
  body: z.strictObject(tasks),
  ...workbook,
  errors: ["permission.denied", "export.too_many_rows", "request.too_many"],
});

export const findDeclarations = defineEndpoint({
  id: "findDeclarations",
  method: "POST",
  path: "/declarations/look-up",
  summary: "申报记录：可按身份证号码查找",
  access: "session",
  body: z.strictObject({ ...declarations, ...paging }),
  response: pageOf(declarationRow),
  errors: ["permission.denied"],
});

export const exportDeclarations = defineEndpoint({
  id: "exportDeclarations",
  method: "POST",
  path: "/declarations/exports",
  summary: "申报记录：按筛选条件导出（记入审计）",
  access: "session",
  body: z.strictObject(declarations),
  ...workbook,
  errors: ["permission.denied", "export.too_many_rows", "request.too_many"],
});

export const findApplications = defineEndpoint({
  id: "findApplications",
  method: "POST",
  path: "/applications/look-up",
  summary: "申请记录：可按身份证号码查找",
  access: "session",
  body: z.strictObject({ ...applications, ...paging }),
  response: pageOf(applicationRow),
  errors: ["permission.denied"],
});

export const exportApplications = defineEndpoint({
  id: "exportApplications",
  method: "POST",
  path: "/applications/exports",
  summary: "申请记录：按筛选条件导出（记入审计）",
  access: "session",
  body: z.strictObject(applications),
  ...workbook,
  errors: ["permission.denied", "export.too_many_rows", "request.too_many"],
});
