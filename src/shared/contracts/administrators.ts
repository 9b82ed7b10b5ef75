import { z } from "zod";
import { loginRoleNames, type Module, moduleNames } from "../modules.ts";
import { passwordReset } from "./accounts.ts";
import { defineEndpoint } from "./endpoint.ts";
import {
  done,
  email,
  fileRef,
  id,
  identityNumber,
  idParams,
  mobilePhone,
  newPassword,
  password,
  text,
} from "./fields.ts";

/** Administrators of one's own organization and the roles that they are given (ADM, ROL). */

/** Administrators, and roles, of one organization: lists give all of them. */
export const mostAdministrators = 200;
export const mostRoles = 200;

const moduleName = z.enum(moduleNames as [Module, ...Module[]]);

const roleView = z.object({ id: z.string(), name: z.string(), modules: z.array(z.string()) });
const roleBody = z.strictObject({
  name: text(50),
  modules: z.array(moduleName).min(1, "请至少选择一个权限模块").max(40),
});

export const createRole = defineEndpoint({
  id: "createRole",
  method: "POST",
  path: "/roles",
  summary: "新增角色并分配权限模块（超级管理员）",
  access: "session",
  body: roleBody,
  response: roleView,
  errors: ["permission.denied", "role.exists", "role.too_many", "role.module_not_available"],
});

export const changeRole = defineEndpoint({
  id: "changeRole",
  method: "PUT",
  path: "/roles/:id",
  summary: "编辑角色：名称和权限模块，对已分配的管理员立即生效（超级管理员）",
  access: "session",
  params: idParams,
  body: roleBody,
  response: roleView,
  errors: ["permission.denied", "role.not_found", "role.exists", "role.module_not_available"],
});

export const deleteRole = defineEndpoint({
  id: "deleteRole",
  method: "DELETE",
  path: "/roles/:id",
  summary: "删除未使用的角色（超级管理员）",
  access: "session",
  params: idParams,
  response: done,
  errors: ["permission.denied", "role.not_found", "role.in_use"],
});

export const listRoles = defineEndpoint({
  id: "listRoles",
  method: "GET",
  path: "/roles",
  summary: "本单位的角色",
  access: "session",
  response: z.object({
    rows: z.array(roleView),
    available: z.array(z.object({ module: z.string(), name: z.string() })),
  }),
  errors: ["permission.denied"],
});

export const administratorView = z.object({
  id: z.string(),
  name: z.string(),
  maskedIdNumber: z.string(),
  role: z.enum(loginRoleNames),
  isSuperAdministrator: z.boolean(),
  roleIds: z.array(z.string()),
  roleNames: z.array(z.string()),
  /** departments that he is limited to, those below them included; none: everybody (ADM-13) */
  departments: z.array(z.object({ id: z.string(), name: z.string() })),
  status: z.enum(["active", "disabled"]),
  createdAt: z.string(),
});

const departmentIds = z.array(id).max(50, "最多选择50个部门");

const appointee = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("person"), personId: id }),
  z.strictObject({ kind: z.literal("existing"), idNumber: identityNumber }),
  z.strictObject({
    kind: z.literal("new"),
    idNumber: identityNumber,
    name: text(50, 2),
    phone: mobilePhone,
    email: email.optional(),
    password: newPassword.optional(),
  }),
]);
export type Appointee = z.output<typeof appointee>;

export const addAdministrator = defineEndpoint({
  id: "addAdministrator",
  method: "POST",
  path: "/administrators",
  summary: "新增管理员：本单位人员、已是本系统用户、或新建账户（须先有角色；超级管理员）",
  access: "session",
  body: z.strictObject({
    /** policy officers and auditors are a bureau's; their rights are fixed, without roles (GEN-05) */
    as: z.enum(["administrator", "policy-officer", "auditor"]).default("administrator"),
    roleIds: z.array(id).max(20).default([]),
    /** only people of these departments, and of those below them (ADM-13); none: everybody */
    departmentIds: departmentIds.default([]),
    administrator: appointee,
  }),
  response: administratorView,
  errors: [
    "permission.denied",
    "person.not_found",
    "role.not_found",
    "department.not_found",
    "administrator.exists",
    "administrator.account_disabled",
    "administrator.too_many",
    "registration.already_user",
    "registration.not_user",
    "request.idempotency_mismatch",
  ],
});

export const listAdministrators = defineEndpoint({
  id: "listAdministrators",
  method: "GET",
  path: "/organizations/:id/administrators",
  summary: "管理员（本单位及下级单位）",
  access: "session",
  params: idParams,
  response: z.object({ rows: z.array(administratorView) }),
  errors: ["permission.denied", "organization.not_found"],
});

export const getAdministrator = defineEndpoint({
  id: "getAdministrator",
  method: "GET",
  path: "/administrators/:id",
  summary: "管理员详细（本单位及下级单位）",
  access: "session",
  params: idParams,
  response: administratorView.extend({
    organizationId: z.string(),
    organizationName: z.string(),
    maskedPhone: z.string().nullable(),
    email: z.string().nullable(),
    landline: z.string().nullable(),
    lastLoginAt: z.string().nullable(),
    modules: z.array(z.object({ module: z.string(), name: z.string() })),
  }),
  errors: ["permission.denied", "administrator.not_found"],
});

const changeErrors = ["permission.denied", "administrator.not_found", "administrator.self"] as const;

export const setAdministratorStatus = defineEndpoint({
  id: "setAdministratorStatus",
  method: "PUT",
  path: "/administrators/:id/status",
  summary: "禁用/启用管理员（超级管理员）",
  access: "session",
  params: idParams,
  body: z.strictObject({ status: z.enum(["active", "disabled"]) }),
  response: administratorView,
  errors: changeErrors,
});

export const setAdministratorRoles = defineEndpoint({
  id: "setAdministratorRoles",
  method: "PUT",
  path: "/administrators/:id/roles",
  summary: "分配管理员的角色和管理范围（超级管理员）",
  access: "session",
  params: idParams,
  body: z.strictObject({
    roleIds: z.array(id).min(1, "请先选择角色").max(20),
    /** as when he was added; absent: as it is */
    departmentIds: departmentIds.optional(),
  }),
  response: administratorView,
  errors: [...changeErrors, "role.not_found", "department.not_found"],
});

export const deleteAdministrator = defineEndpoint({
  id: "deleteAdministrator",
  method: "DELETE",
  path: "/administrators/:id",
  summary: "删除管理员：只取消管理权限（超级管理员）",
  access: "session",
  params: idParams,
  response: done,
  errors: changeErrors,
});

export const resetAdministratorPassword = defineEndpoint({
  id: "resetAdministratorPassword",
  method: "POST",
  path: "/administrators/:id/password-reset",
  summary: "重置管理员密码（本单位超级管理员；下级单位的超级管理员由上级、同级人社或运维重置）",
  access: "session",
  params: idParams,
  response: passwordReset,
  errors: [...changeErrors, "administrator.rights_elsewhere"],
});

export const transferSuperAdministrator = defineEndpoint({
  id: "transferSuperAdministrator",
  method: "POST",
  path: "/administrators/:id/super-administrator",
  summary: "设为超级管理员：原超级管理员的权限自动取消（须确认本人密码）",
  access: "session",
  params: idParams,
  body: z.strictObject({ password }),
  response: administratorView,
  errors: [
    ...changeErrors,
    "administrator.disabled",
    "administrator.account_disabled",
    "password.confirmation_wrong",
    "login.locked",
    "request.conflict",
  ],
});

export const appointSuperAdministrator = defineEndpoint({
  id: "appointSuperAdministrator",
  method: "POST",
  path: "/organizations/:id/super-administrator",
  summary: "凭单位公函为下级单位任命新的超级管理员（上级部门、同级人社或运维）",
  access: "session",
  params: idParams,
  body: z.strictObject({ administrator: appointee, letter: fileRef, reason: text(200, 2) }),
  response: administratorView,
  errors: [
    "permission.denied",
    "organization.not_found",
    "person.not_found",
    "administrator.self",
    "administrator.exists",
    "administrator.account_disabled",
    "registration.already_user",
    "registration.not_user",
    "file.not_found",
    "request.idempotency_mismatch",
  ],
});
