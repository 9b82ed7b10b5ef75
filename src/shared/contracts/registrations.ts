import { z } from "zod";
import { industries, organizationLevels, organizationNatures } from "../dictionaries/organizations.ts";
import { nations, sexes } from "../dictionaries/people.ts";
import { titleLevels, titleSeries } from "../dictionaries/titles.ts";
import { passwordErrors } from "./accounts.ts";
import { defineEndpoint } from "./endpoint.ts";
import { draftOfRegistration } from "./registration-drafts.ts";
import {
  captcha,
  codeOf,
  creditCode,
  date,
  done,
  email,
  fileRef,
  id,
  idParams,
  identityNumber,
  landline,
  mobilePhone,
  newPassword,
  password,
  receiptNumber,
  regionCode,
  text,
} from "./fields.ts";

/** Registration of organizations and people, progress query and withdrawal (REG, PER-01, PRG). */

/** Files of people who have no account yet: kept only when a registration uses them, else removed after a day. */
export const uploadRegistrationFile = defineEndpoint({
  id: "uploadRegistrationFile",
  method: "POST",
  path: "/registrations/files",
  summary: "上传注册用证件扫描件（jpg/png/pdf，10MB以内）",
  access: "public",
  upload: {
    field: "file",
    maxBytes: 10 * 1024 * 1024,
    accept: ["image/jpeg", "image/png", "application/pdf"],
  },
  response: z.object({ fileId: z.string(), name: z.string(), size: z.number(), mimeType: z.string() }),
  errors: ["file.missing", "file.wrong_type", "file.too_large", "request.too_many"],
});

export const checkCreditCode = defineEndpoint({
  id: "checkCreditCode",
  method: "GET",
  path: "/registrations/credit-codes/:creditCode",
  summary: "检查统一社会信用代码是否可注册，并据此推荐单位性质",
  access: "public",
  params: z.strictObject({ creditCode }),
  response: z.object({
    available: z.boolean(),
    holder: z.string().nullable(),
    contact: z.string().nullable(),
    suggestedNatures: z.array(z.string()),
  }),
  errors: ["request.too_many"],
});

/** What an applicant holds in hands after he has registered. */
const receipt = z.object({
  registrationId: z.string(),
  receiptNumber: z.string(),
  message: z.string(),
  reviewer: z.string(),
});

/** 已是本系统用户 or 非本系统用户 (REG-14 – 16). */
const applicant = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("existing"), idNumber: identityNumber, password }),
  z.strictObject({
    kind: z.literal("new"),
    idNumber: identityNumber,
    password: newPassword,
    name: text(50, 2),
    phone: mobilePhone,
    email: email.optional(),
    landline: landline.optional(),
  }),
]);

export const registerOrganization = defineEndpoint({
  id: "registerOrganization",
  method: "POST",
  path: "/registrations/organizations",
  summary: "单位注册（用人单位、主管部门、继续教育基地）",
  access: "public",
  body: z.strictObject({
    kind: z.enum(["employer", "authority", "base"]),
    name: text(100, 2),
    nature: codeOf(organizationNatures, "单位性质"),
    level: codeOf(organizationLevels, "单位级别"),
    phone: landline,
    industry: codeOf(industries, "所属行业"),
    regionCode,
    address: text(200).optional(),
    superiorId: id,
    bureauId: id,
    /** 国家级/省级/市级基地 (BAS-02): whose bureau reviews it; of a base only, by default the level of its 同级人社 */
    grantingLevel: z.enum(["national", "province", "city"], "请选择基地级别").optional(),
    creditCode,
    /** a branch or campus under its superior's code: that superior must have it, and the 同级人社 reviews (REG-23) */
    sharesCode: z.boolean().optional(),
    scan: fileRef,
    applicant,
    draft: draftOfRegistration.optional(),
    ...captcha,
  }),
  response: receipt,
  errors: [
    "captcha.wrong",
    "registration.credit_code_taken",
    "registration.already_user",
    "registration.not_user",
    "registration.pending_exists",
    "registration.superior_invalid",
    "registration.code_not_shared",
    "organization.not_found",
    "organization.closing",
    ...passwordErrors,
    "file.not_found",
    "request.too_many",
    "request.idempotency_mismatch",
  ],
});

export const registerPerson = defineEndpoint({
  id: "registerPerson",
  method: "POST",
  path: "/registrations/people",
  summary: "专业技术人员注册",
  access: "public",
  body: z.strictObject({
    idNumber: identityNumber,
    password: newPassword,
    name: text(50, 2),
    phone: mobilePhone,
    email,
    organizationId: id,
    departmentId: id.optional(),
    sex: codeOf(sexes, "性别").optional(),
    nation: codeOf(nations, "民族").optional(),
    nativePlace: text(50).optional(),
    school: text(100).optional(),
    major: text(100).optional(),
    isAccountant: z.boolean(),
    titleSeries: codeOf(titleSeries, "职称系列").optional(),
    titleLevel: codeOf(titleLevels, "职称级别"),
    titleName: text(50).optional(),
    titleObtainedOn: date.optional(),
    draft: draftOfRegistration.optional(),
    ...captcha,
  }),
  response: receipt,
  errors: [
    "department.unavailable",
    "captcha.wrong",
    "registration.already_user",
    "registration.person_exists",
    "registration.person_deregistered",
    "registration.pending_exists",
    "organization.not_found",
    "organization.closing",
    ...passwordErrors,
    "request.too_many",
    "request.idempotency_mismatch",
  ],
});

/** Who grants a base (BAS-02). */
export const grantingLevelNames = { national: "国家级", province: "省级", city: "市级" } as const;

export const registrationStatus = z.enum(["pending", "approved", "rejected", "withdrawn"]);
export const registrationStatusNames = {
  pending: "待审核",
  approved: "审核通过",
  rejected: "审核不通过",
  withdrawn: "已撤回",
} as const;

export const registrationView = z.object({
  id: z.string(),
  receiptNumber: z.string(),
  kind: z.enum(["employer", "authority", "base", "person"]),
  kindName: z.string(),
  applicantName: z.string(),
  maskedIdNumber: z.string(),
  subjectName: z.string(),
  status: registrationStatus,
  statusName: z.string(),
  submittedAt: z.string(),
  decidedAt: z.string().nullable(),
  reason: z.string().nullable(),
  /** 审核部门 with the path of the chosen superior (PRG-02, PRG-07) */
  reviewer: z.object({
    name: z.string(),
    kindName: z.string(),
    regionPath: z.string(),
    path: z.array(z.string()),
    phone: z.string().nullable(),
  }),
});

/** The ID number, the 受理号 (REG-28), or both: then only that one of the applicant's. */
const eitherKey = { message: "请输入身份证号码或受理号", path: ["idNumber"] };

export const queryRegistrations = defineEndpoint({
  id: "queryRegistrations",
  method: "POST",
  path: "/registrations/query",
  summary: "注册审核进度查询（姓名，身份证号码或受理号）",
  access: "public",
  body: z
    .strictObject({
      name: text(50),
      idNumber: identityNumber.optional(),
      receiptNumber: receiptNumber.optional(),
      ...captcha,
    })
    .refine((by) => (by.idNumber ?? by.receiptNumber) !== undefined, eitherKey),
  response: z.object({ registrations: z.array(registrationView) }),
  errors: ["captcha.wrong", "registration.not_found", "request.too_many"],
});

/** A registration as its reviewer sees it: everything that the form said, phone and ID number masked (AUD-01, AUD-05). */
export const registrationDetails = registrationView.extend({
  applicantPhone: z.string().nullable(),
  applicantEmail: z.string().nullable(),
  organization: z
    .object({
      creditCode: z.string(),
      sharesCode: z.boolean(),
      natureName: z.string(),
      levelName: z.string(),
      industryName: z.string(),
      regionPath: z.string(),
      address: z.string().nullable(),
      phone: z.string(),
      superiorName: z.string(),
      bureauName: z.string(),
      grantingLevelName: z.string().nullable(),
      scan: fileRef,
    })
    .nullable(),
  person: z
    .object({
      organizationName: z.string(),
      departmentName: z.string().nullable(),
      sexName: z.string(),
      nationName: z.string().nullable(),
      nativePlace: z.string().nullable(),
      school: z.string().nullable(),
      major: z.string().nullable(),
      isAccountant: z.boolean(),
      titleSeriesName: z.string().nullable(),
      titleLevelName: z.string(),
      titleName: z.string().nullable(),
      titleObtainedOn: z.string().nullable(),
    })
    .nullable(),
});

export const getRegistration = defineEndpoint({
  id: "getRegistration",
  method: "GET",
  path: "/registrations/:id",
  summary: "注册申请详情（审核部门）",
  access: "session",
  params: idParams,
  response: registrationDetails,
  errors: ["registration.not_found"],
});

/** An applicant has no session: he shows that a registration is his. */
export const credentials = z.strictObject({ name: text(50), idNumber: identityNumber, password, ...captcha });
export const credentialErrors = [
  "captcha.wrong",
  "registration.not_found",
  "registration.not_pending",
  ...passwordErrors,
  "request.too_many",
] as const;

export const withdrawRegistration = defineEndpoint({
  id: "withdrawRegistration",
  method: "POST",
  path: "/registrations/:id/withdrawal",
  summary: "撤回申请（须注册时的身份证号码和密码）",
  access: "public",
  params: idParams,
  body: credentials,
  response: done,
  errors: credentialErrors,
});
