import { z } from "zod";
import { loginRoleNames, type Module, moduleNames } from "../modules.ts";
import { defineEndpoint } from "./endpoint.ts";
import { email, id, identityNumber, idParams, mobilePhone, newPassword, text } from "./fields.ts";

/** Administrators of one's own organization and the roles that they are given (ADM-01 – 03, ROL-01). */

const moduleName = z.enum(moduleNames as [Module, ...Module[]]);

const roleView = z.object({ id: z.string(), name: z.string(), modules: z.array(z.string()) });

export const createRole = defineEndpoint({
  id: "createRole",
  method: "POST",
  path: "/roles",
  summary: "新增角色并分配权限模块",
  access: "session",
  body: z.strictObject({
    name: text(50),
    modules: z.array(moduleName).min(1, "请至少选择一个权限模块").max(40),
  }),
  response: roleView,
  errors: ["permission.denied", "role.exists", "role.module_not_available"],
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
  roleNames: z.array(z.string()),
  status: z.enum(["active", "disabled"]),
});

/** Two of the three ways of ADM-03 meet in `existing`: one of the unit's people, or any user by ID number. */
export const addAdministrator = defineEndpoint({
  id: "addAdministrator",
  method: "POST",
  path: "/administrators",
  summary: "新增管理员：已是本系统用户，或新建账户（须先有角色）",
  access: "session",
  body: z.strictObject({
    roleIds: z.array(id).min(1, "请先选择角色").max(20),
    administrator: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("existing"), idNumber: identityNumber }),
      z.strictObject({
        kind: z.literal("new"),
        idNumber: identityNumber,
        name: text(50, 2),
        phone: mobilePhone,
        email: email.optional(),
        password: newPassword.optional(),
      }),
    ]),
  }),
  response: administratorView,
  errors: [
    "permission.denied",
    "role.not_found",
    "administrator.exists",
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
