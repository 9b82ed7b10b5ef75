import { z } from "zod";
import { organizationLevels } from "../dictionaries/organizations.ts";
import { defineEndpoint } from "./endpoint.ts";
import {
  codeOf,
  creditCode,
  id,
  identityNumber,
  idParams,
  landline,
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

export const organizationView = organizationOption.extend({
  nature: z.string(),
  natureName: z.string(),
  level: z.string(),
  levelName: z.string(),
  industry: z.string(),
  industryName: z.string(),
  creditCode: z.string().nullable(),
  address: z.string().nullable(),
  superiorId: z.string().nullable(),
  bureauId: z.string().nullable(),
  bureauName: z.string().nullable(),
  status: z.enum(["active", "closed", "merged"]),
  reviewClosed: z.boolean(),
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
