import { z } from "zod";
import { industries, organizationLevels, organizationNatures } from "../dictionaries/organizations.ts";
import { defineEndpoint } from "./endpoint.ts";
import {
  codeOf,
  creditCode,
  date,
  id,
  identityNumber,
  idParams,
  landline,
  longText,
  mobilePhone,
  newPassword,
  pageOf,
  paging,
  regionCode,
  text,
} from "./fields.ts";

/** Choosing organizations, the organization tree, and bureaus created from above (REG-07, SUB, AMB-40). */

export const organizationKind = z.enum(["employer", "authority", "bureau", "base", "operator"]);

export const organizationOption = z.object({
  id: z.string(),
  name: z.string(),
  kind: organizationKind,
  kindName: z.string(),
  regionCode: z.string(),
  regionPath: z.string(),
  phone: z.string().nullable(),
  superiorName: z.string().nullable(),
  /** whether it is a region's 人才中心 (TRF-16) */
  isTalentPool: z.boolean(),
});

/** Only approved, live organizations can be chosen (GEN-06). */
export const searchOrganizations = defineEndpoint({
  id: "searchOrganizations",
  method: "GET",
  path: "/organizations/options",
  summary: "选择上级单位/主管部门/同级人社部门/所在单位：按区域、类型、名称查询",
  access: "public",
  query: z.strictObject({
    kinds: z
      .string()
      .regex(/^(employer|authority|bureau|base)(,(employer|authority|bureau|base))*$/)
      .default("employer,authority,bureau,base"),
    regionCode: regionCode.optional(),
    /** also the regions below it */
    withinRegion: z.enum(["true", "false"]).default("false"),
    name: z.string().trim().max(100).optional(),
    ...paging,
  }),
  response: pageOf(organizationOption),
  errors: ["request.too_many"],
});

/** The bureau that a level and region imply (dictionary §2), for the wizard's suggestion. */
export const suggestBureau = defineEndpoint({
  id: "suggestBureau",
  method: "GET",
  path: "/organizations/suggested-bureau",
  summary: "按单位级别和所属区域推荐同级人社部门",
  access: "public",
  query: z.strictObject({ level: codeOf(organizationLevels, "单位级别"), regionCode }),
  response: z.object({ bureau: organizationOption.nullable() }),
  errors: ["request.too_many"],
});

/** Where a person between two employers can be released to (TRF-16). */
export const getTalentPool = defineEndpoint({
  id: "getTalentPool",
  method: "GET",
  path: "/talent-pools/:regionCode",
  summary: "区域的人才中心：本区域没有的，为其上级区域的",
  access: "session",
  params: z.strictObject({ regionCode }),
  response: z.object({ pool: organizationOption.nullable() }),
  errors: [],
});

export const setTalentPool = defineEndpoint({
  id: "setTalentPool",
  method: "PUT",
  path: "/organizations/:id/talent-pool",
  summary: "设为/取消本区域人才中心（其同级人社部门）：承接没有用人单位的人员",
  access: "session",
  params: idParams,
  body: z.strictObject({ isPool: z.boolean(), reason: text(200, 2) }),
  response: organizationOption,
  errors: [
    "permission.denied",
    "organization.not_found",
    "organization.closing",
    "organization.pool_exists",
    "organization.pool_unchanged",
    "request.conflict",
  ],
});

export const organizationView = organizationOption.extend({
  nature: z.string(),
  natureName: z.string(),
  level: z.string(),
  levelName: z.string(),
  industry: z.string(),
  industryName: z.string(),
  creditCode: z.string().nullable(),
  /** a branch: the code is its superior's (REG-23) */
  sharesCode: z.boolean(),
  address: z.string().nullable(),
  superiorId: z.string().nullable(),
  bureauId: z.string().nullable(),
  bureauName: z.string().nullable(),
  status: z.enum(["active", "closed", "merged"]),
  reviewClosed: z.boolean(),
  reviewClosedReason: z.string().nullable(),
  contactName: z.string().nullable(),
  contactPhone: z.string().nullable(),
  /** 学时认定标准 that the organization publishes for its people (GEN-11) */
  creditStandard: z.string().nullable(),
  /** its published 审核时限 in working days */
  reviewLimitWorkingDays: z.number().nullable(),
  /** whom to ask on the spot: 同级人社 and 主管部门 (GEN-12) */
  contacts: z.array(
    z.object({ organizationName: z.string(), name: z.string().nullable(), phone: z.string() }),
  ),
  administratorCount: z.number(),
  personCount: z.number(),
});

export const getOrganization = defineEndpoint({
  id: "getOrganization",
  method: "GET",
  path: "/organizations/:id",
  summary: "单位详情（本单位及下级）",
  access: "session",
  params: idParams,
  response: organizationView,
  errors: ["organization.not_found"],
});

export const listSubordinates = defineEndpoint({
  id: "listSubordinates",
  method: "GET",
  path: "/organizations/:id/subordinates",
  summary: "下级单位",
  access: "session",
  params: idParams,
  query: z.strictObject({ name: z.string().trim().max(100).optional(), ...paging }),
  response: pageOf(organizationOption),
  errors: ["organization.not_found"],
});

export const createBureau = defineEndpoint({
  id: "createBureau",
  method: "POST",
  path: "/bureaus",
  summary: "新增人社部门及其管理员（上级人社部门或运维）",
  access: "session",
  body: z.strictObject({
    name: text(100, 2),
    regionCode,
    phone: landline,
    creditCode: creditCode.optional(),
    superiorId: id.optional(),
    administrator: z.strictObject({
      idNumber: identityNumber,
      name: text(50, 2),
      phone: mobilePhone,
      /** without one the initial password is the last six of the ID number, one use */
      password: newPassword.optional(),
      roles: z
        .array(z.enum(["policy-officer", "auditor"]))
        .max(2)
        .default([]),
    }),
  }),
  response: organizationOption,
  errors: [
    "permission.denied",
    "organization.exists",
    "registration.superior_invalid",
    "registration.credit_code_taken",
    "request.idempotency_mismatch",
  ],
});

/** A field that only a reviewed application changes (ORG-02): naming it here is refused with where to go. */
const controlled = (where: string) => z.never({ error: `须通过「${where}」办理，审核通过后生效` }).optional();

export const saveOrganizationData = defineEndpoint({
  id: "saveOrganizationData",
  method: "PUT",
  path: "/organizations/:id/data",
  summary: "单位资料管理：保存本单位的非受控资料，立即生效",
  access: "session",
  params: idParams,
  body: z.strictObject({
    phone: landline.optional(),
    /** brackets are welcome (REG-11) */
    address: text(200).nullable().optional(),
    industry: codeOf(industries, "所属行业").optional(),
    nature: codeOf(organizationNatures, "单位性质").optional(),
    contactName: text(50).nullable().optional(),
    contactPhone: landline.nullable().optional(),
    creditStandard: longText(5000).nullable().optional(),
    /** shortens the time of the organization's own steps, from those that open next (FLW-11) */
    reviewLimitWorkingDays: z.number().int().min(1, "至少1个工作日").max(60).nullable().optional(),
    name: controlled("修改单位信息"),
    creditCode: controlled("修改单位信息"),
    superiorId: controlled("更换上级部门"),
    bureauId: controlled("更换上级部门"),
    regionCode: controlled("更换上级部门"),
    level: controlled("更换上级部门"),
  }),
  response: organizationView,
  errors: ["permission.denied", "organization.not_found", "request.conflict"],
});

export const listOrganizationVersions = defineEndpoint({
  id: "listOrganizationVersions",
  method: "GET",
  path: "/organizations/:id/versions",
  summary: "单位资料的历史版本（可查询某日有效的版本）",
  access: "session",
  params: idParams,
  query: z.strictObject({
    /** only the version that was valid at the end of this day */
    on: date.optional(),
    ...paging,
  }),
  response: pageOf(
    z.object({
      number: z.number(),
      validFrom: z.string(),
      validTo: z.string().nullable(),
      changedByName: z.string(),
      changed: z.array(z.string()),
      name: z.string(),
      creditCode: z.string().nullable(),
      natureName: z.string(),
      levelName: z.string(),
      industryName: z.string(),
      regionPath: z.string(),
      phone: z.string(),
      address: z.string().nullable(),
      superiorId: z.string().nullable(),
      bureauId: z.string().nullable(),
      contactName: z.string().nullable(),
      contactPhone: z.string().nullable(),
      creditStandard: z.string().nullable(),
      reviewLimitWorkingDays: z.number().nullable(),
      status: z.enum(["active", "closed", "merged"]),
    }),
  ),
  errors: ["organization.not_found"],
});
