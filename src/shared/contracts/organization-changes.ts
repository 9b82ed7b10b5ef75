import { z } from "zod";
import { applicationView } from "./applications.ts";
import { defineEndpoint } from "./endpoint.ts";
import { creditCode, done, fileRef, id, idParams, text } from "./fields.ts";

/** 修改单位信息 (ORG-04 – ORG-07), 更换上级部门 (ORG-08 – ORG-13), and a bureau's leave for a busy unit (ORG-10). */

/** 修改方式 (ORG-05). */
export const changeModeNames = { rename: "修改名称/代码", renew: "换发证照(代码不变)" } as const;

const scan = fileRef;
const name = text(100, 2);
/**
 * 预约: with unfinished items the application is taken nevertheless, waits as `scheduled`, and goes to its reviewer by
 * itself once they are done (ORG-10); without any it goes at once
 */
const schedule = z.boolean().optional();

export const submitOrganizationChange = defineEndpoint({
  id: "submitOrganizationChange",
  method: "POST",
  path: "/organization-changes",
  summary:
    "修改单位信息：单位名称、统一社会信用代码，须上传证件扫描件，上级单位审核通过后生效；有未办结事项时可预约",
  access: "session",
  body: z.discriminatedUnion("mode", [
    z.strictObject({ mode: z.literal("rename"), name, creditCode, scan, schedule }),
    z.strictObject({ mode: z.literal("renew"), name: name.optional(), scan, schedule }),
  ]),
  response: applicationView,
  errors: [
    "permission.denied",
    "application.pending_exists",
    "application.blocked",
    "organization.no_reviewer",
    "organization.closing",
    "registration.credit_code_taken",
    "file.not_found",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

/** 机构类型 of the new superior (ORG-08). */
export const superiorTypeNames = { employer: "上级单位", authority: "主管部门", bureau: "同级人社" } as const;

export const submitSuperiorChange = defineEndpoint({
  id: "submitSuperiorChange",
  method: "POST",
  path: "/superior-changes",
  summary: "更换上级部门：原上级部门、新上级部门先后审核通过后生效；有未办结事项时可预约",
  access: "session",
  body: z.strictObject({
    superiorType: z.enum(["employer", "authority", "bureau"], "请选择机构类型"),
    superiorId: id,
    /** the new 同级人社 where it changes too; a superior that is a bureau is it itself (REG-08) */
    bureauId: id.optional(),
    reason: text(200).optional(),
    schedule,
  }),
  response: applicationView,
  errors: [
    "permission.denied",
    "application.pending_exists",
    "application.blocked",
    "organization.no_reviewer",
    "organization.not_found",
    "organization.closing",
    "organization.superior_invalid",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

export const allowOrganizationChange = defineEndpoint({
  id: "allowOrganizationChange",
  method: "POST",
  path: "/organizations/:id/change-leave",
  summary: "人社部门准许有未办结事项的单位提交一次修改单位信息或更换上级部门（在途事项按原路线办理）",
  access: "session",
  params: idParams,
  body: z.strictObject({
    kind: z.enum(["organization-change", "superior-change"]),
    reason: text(200, 2),
  }),
  response: done,
  errors: ["permission.denied", "organization.not_found", "request.conflict", "request.idempotency_mismatch"],
});
