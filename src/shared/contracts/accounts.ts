import { z } from "zod";
import { loginRoleNames, moduleNames } from "../modules.ts";
import { defineEndpoint } from "./endpoint.ts";
import { captcha, done, id, idParams, identityNumber, mobilePhone, newPassword, password } from "./fields.ts";

/** Captcha, sessions, roles and passwords (LOG, PWD). */

export const getCaptcha = defineEndpoint({
  id: "getCaptcha",
  method: "POST",
  path: "/captchas",
  summary: "取得一张验证码图片",
  access: "public",
  response: z.object({ captchaId: z.string(), svg: z.string() }),
  errors: ["request.too_many"],
});

export const sendCaptchaCode = defineEndpoint({
  id: "sendCaptchaCode",
  method: "POST",
  path: "/captchas/phone-codes",
  summary: "以短信验证码代替验证码图片（无障碍）",
  access: "public",
  body: z.strictObject({ phone: mobilePhone }),
  /** answered by `captchaText` wherever a captcha is asked */
  response: z.object({ captchaId: z.string(), expiresInSeconds: z.number() }),
  errors: ["request.too_many"],
});

const roleView = z.object({
  /** membership id of an administrator, or "professional" */
  key: z.string(),
  role: z.enum(loginRoleNames),
  organizationId: z.string(),
  organizationName: z.string(),
  isSuperAdministrator: z.boolean(),
});

export const sessionView = z.object({
  accountId: z.string(),
  name: z.string(),
  maskedIdNumber: z.string(),
  role: z.enum(loginRoleNames),
  roleKey: z.string(),
  organizationId: z.string(),
  organizationName: z.string(),
  personId: z.string().nullable(),
  modules: z.array(z.enum(moduleNames as [string, ...string[]])),
  mustChangePassword: z.boolean(),
  roles: z.array(roleView),
  lastLoginAt: z.string().nullable(),
  /** the network address of that login (LOG-15) */
  lastLoginAddress: z.string().nullable(),
  expiresAt: z.string(),
});
export type SessionView = z.output<typeof sessionView>;

/** How a password is refused that somebody without a session proves himself with, at a login or elsewhere. */
export const passwordErrors = [
  "login.wrong_password",
  "login.locked",
  "login.initial_password_expired",
  "login.disabled",
  "login.demonstration_only_here",
] as const;

export const logIn = defineEndpoint({
  id: "logIn",
  method: "POST",
  path: "/sessions",
  summary: "登录：角色、身份证号、密码、验证码",
  access: "public",
  body: z.strictObject({ role: z.enum(loginRoleNames), idNumber: identityNumber, password, ...captcha }),
  response: sessionView,
  errors: [
    "captcha.wrong",
    ...passwordErrors,
    "login.no_account",
    "login.pending",
    "login.wrong_role",
    "login.rejected",
    "login.organization_closed",
    "login.organization_merged",
    "login.deregistered",
    "login.right_disabled",
    "request.too_many",
  ],
});

export const getSession = defineEndpoint({
  id: "getSession",
  method: "GET",
  path: "/sessions/current",
  summary: "当前登录者、角色和权限模块",
  access: "initial",
  response: sessionView,
  errors: [],
});

export const logOut = defineEndpoint({
  id: "logOut",
  method: "DELETE",
  path: "/sessions/current",
  summary: "退出登录",
  access: "initial",
  response: done,
  errors: [],
});

export const switchRole = defineEndpoint({
  id: "switchRole",
  method: "POST",
  path: "/sessions/current/role",
  summary: "切换角色，无需重新输入密码",
  access: "session",
  body: z.strictObject({ roleKey: z.string().max(40) }),
  response: sessionView,
  errors: ["permission.denied"],
});

export const changePassword = defineEndpoint({
  id: "changePassword",
  method: "POST",
  path: "/passwords/change",
  summary: "修改密码（须原始密码）",
  access: "initial",
  body: z.strictObject({ oldPassword: password, newPassword }),
  response: done,
  errors: ["password.wrong_old", "password.same", "request.too_many"],
});

export const changePhone = defineEndpoint({
  id: "changePhone",
  method: "PUT",
  path: "/sessions/current/phone",
  summary: "更换本人登记手机号（须本人密码和新手机收到的短信验证码）",
  access: "session",
  body: z.strictObject({ phone: mobilePhone, password, ...captcha }),
  response: done,
  errors: [
    "captcha.wrong",
    "password.confirmation_wrong",
    "login.locked",
    "request.conflict",
    "request.too_many",
  ],
});

export const sendPhoneCode = defineEndpoint({
  id: "sendPhoneCode",
  method: "POST",
  path: "/passwords/phone-codes",
  summary: "忘记登录密码：向登记手机号发送短信验证码",
  access: "public",
  body: z.strictObject({ idNumber: identityNumber, phone: mobilePhone, ...captcha }),
  /** The same answer whether or not the pair exists. */
  response: z.object({ phoneCodeId: z.string(), expiresInSeconds: z.number() }),
  errors: ["captcha.wrong", "request.too_many"],
});

export const resetForgottenPassword = defineEndpoint({
  id: "resetForgottenPassword",
  method: "POST",
  path: "/passwords/forgotten",
  summary: "忘记登录密码：凭短信验证码设置新密码",
  access: "public",
  body: z.strictObject({
    idNumber: identityNumber,
    phone: mobilePhone,
    phoneCodeId: id,
    code: z.string().regex(/^\d{6}$/, "短信验证码为6位数字"),
    newPassword,
  }),
  response: done,
  errors: ["password.wrong_code", "request.too_many"],
});

/** What a reset gave: the last six of the ID number, or where the deployment wants that a one-time code (PWD-08). */
export const passwordReset = z.object({
  ok: z.literal(true),
  expiresAt: z.string(),
  by: z.enum(["id-number", "phone", "administrator"]),
  /** only for an owner without a phone: the administrator tells it to him */
  code: z.string().nullable(),
});

export const resetPersonPassword = defineEndpoint({
  id: "resetPersonPassword",
  method: "POST",
  path: "/people/:id/password-reset",
  summary: "重置专技人员密码为身份证后六位或一次性密码（一次有效，72小时内须修改）",
  access: "session",
  params: idParams,
  response: passwordReset,
  errors: ["permission.denied", "person.not_found", "administrator.rights_elsewhere"],
});
