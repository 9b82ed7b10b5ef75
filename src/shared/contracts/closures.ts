import { z } from "zod";
import { applicationView, blockingItem } from "./applications.ts";
import { defineEndpoint } from "./endpoint.ts";
import { done, fileRef, id, idParams, pageOf, paging, text } from "./fields.ts";

/** 注销/合并 (DRG-01 – DRG-09): application, proof template, dry-run report, release of a code. */

export const closureKindNames = { close: "注销", merge: "合并" } as const;

export const submitClosure = defineEndpoint({
  id: "submitClosure",
  method: "POST",
  path: "/organization-closures",
  summary: "单位注销/合并申请：上级部门审核（合并另须目标单位确认）后由运维人员执行",
  access: "session",
  body: z.discriminatedUnion("closureKind", [
    z.strictObject({ closureKind: z.literal("close"), reason: text(500, 2), proof: fileRef }),
    z.strictObject({
      closureKind: z.literal("merge"),
      targetId: id,
      reason: text(500, 2),
      proof: fileRef,
    }),
  ]),
  response: applicationView,
  errors: [
    "permission.denied",
    "application.pending_exists",
    "application.blocked",
    "organization.no_reviewer",
    "organization.not_found",
    "organization.closing",
    "closure.target_invalid",
    "file.not_found",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

export const getClosureTemplate = defineEndpoint({
  id: "getClosureTemplate",
  method: "GET",
  path: "/organization-closures/template",
  summary: "下载证明文件模版（xlsx，已填本单位名称和代码）",
  access: "session",
  query: z.strictObject({ closureKind: z.enum(["close", "merge"]).default("close") }),
  response: z.never(),
  binary: {
    contentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    description: "证明文件模版",
  },
  errors: ["permission.denied"],
});

const organizationRef = z.object({ id: z.string(), name: z.string(), creditCode: z.string().nullable() });

/** What executing would do, counted from the data as it is now; the same data give the same report. */
export const closureReport = z.object({
  applicationId: z.string(),
  closureKind: z.enum(["close", "merge"]),
  source: organizationRef,
  target: organizationRef.nullable(),
  /** what moves to the target, or for 注销 what is kept as it is */
  people: z.object({ active: z.number(), deregistered: z.number() }),
  departments: z.number(),
  subordinates: z.array(z.object({ id: z.string(), name: z.string() })),
  subordinateCount: z.number(),
  personYears: z.number(),
  trainingPlans: z.number(),
  administrators: z.number(),
  blocking: z.array(blockingItem),
  /** whether the operator could execute now: the step is open and nothing blocks */
  canExecute: z.boolean(),
});

export const getClosureReport = defineEndpoint({
  id: "getClosureReport",
  method: "GET",
  path: "/organization-closures/:id/report",
  summary: "注销/合并预演报告：将转移的人员、部门、下级单位、年度数及阻碍事项，不改变任何数据",
  access: "session",
  params: idParams,
  response: closureReport,
  errors: ["application.not_found"],
});

/** Whom a merger takes along (DRG-05): the target reads them before it confirms. */
export const listMergedPeople = defineEndpoint({
  id: "listMergedPeople",
  method: "GET",
  path: "/organization-closures/:id/people",
  summary: "合并申请将转入目标单位的人员（审核、确认和执行的单位）",
  access: "session",
  params: idParams,
  query: z.strictObject(paging),
  response: pageOf(
    z.object({
      id: z.string(),
      name: z.string(),
      maskedIdNumber: z.string(),
      departmentName: z.string().nullable(),
      titleLevelName: z.string(),
      isActive: z.boolean(),
    }),
  ),
  errors: ["application.not_found"],
});

export const releaseCreditCode = defineEndpoint({
  id: "releaseCreditCode",
  method: "POST",
  path: "/organizations/:id/credit-code-release",
  summary: "运维人员释放已注销单位的统一社会信用代码，使其可重新注册",
  access: "session",
  params: idParams,
  body: z.strictObject({ reason: text(200, 2) }),
  response: done,
  errors: [
    "permission.denied",
    "organization.not_found",
    "organization.code_not_releasable",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});
