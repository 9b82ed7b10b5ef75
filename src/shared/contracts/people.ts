import { z } from "zod";
import { titleLevels, titleSeries } from "../dictionaries/titles.ts";
import { defineEndpoint } from "./endpoint.ts";
import {
  codeOf,
  hoursBySubject,
  id,
  idParams,
  identityNumber,
  pageOf,
  paging,
  subject,
  text,
  year,
} from "./fields.ts";

/** People queries, learning records, annual completion (QRY, PER-09). */

export const annualResult = z.enum(["passed", "failed", "in-progress", "passed-by-adjustment", "none"]);
export const annualResultNames = {
  passed: "通过",
  failed: "未通过",
  "in-progress": "进行中",
  "passed-by-adjustment": "通过（折算）",
  none: "无要求",
} as const;

export const personRow = z.object({
  id: z.string(),
  name: z.string(),
  maskedIdNumber: z.string(),
  sexName: z.string(),
  organizationId: z.string(),
  organizationName: z.string(),
  departmentName: z.string().nullable(),
  /** the department was disabled: it should be changed (DEP-06) */
  departmentDisabled: z.boolean(),
  titleSeriesName: z.string().nullable(),
  titleLevel: z.string(),
  titleLevelName: z.string(),
  titleName: z.string().nullable(),
  isAccountant: z.boolean(),
  status: z.enum(["active", "deregistered"]),
  year: z.number(),
  hours: hoursBySubject,
  result: annualResult,
  resultName: z.string(),
});

export const listPeople = defineEndpoint({
  id: "listPeople",
  method: "GET",
  path: "/people",
  summary: "专技人员信息查询（本单位及下级）",
  access: "session",
  query: z.strictObject({
    name: z.string().trim().max(50).optional(),
    organizationId: id.optional(),
    /** "true": only the organization itself, not what is below it */
    ownOnly: z.enum(["true", "false"]).default("false"),
    departmentId: id.optional(),
    titleSeries: codeOf(titleSeries, "职称系列").optional(),
    titleLevel: codeOf(titleLevels, "职称级别").optional(),
    isAccountant: z.enum(["true", "false"]).optional(),
    year: year.optional(),
    result: annualResult.optional(),
    ...paging,
  }),
  response: pageOf(personRow),
  errors: ["permission.denied", "organization.not_found"],
});

/** A whole ID number is never in a URL: exact look-up is a POST. */
export const findPerson = defineEndpoint({
  id: "findPerson",
  method: "POST",
  path: "/people/look-up",
  summary: "按身份证号码查找人员",
  access: "session",
  body: z.strictObject({ idNumber: identityNumber, year: year.optional() }),
  response: z.object({ person: personRow.nullable() }),
  errors: ["permission.denied"],
});

export const personView = personRow.extend({
  maskedPhone: z.string().nullable(),
  birthDate: z.string(),
  nationName: z.string().nullable(),
  nativePlace: z.string().nullable(),
  school: z.string().nullable(),
  major: z.string().nullable(),
  regionPath: z.string(),
  registeredOn: z.string(),
});

export const getPerson = defineEndpoint({
  id: "getPerson",
  method: "GET",
  path: "/people/:id",
  summary: "人员详情",
  access: "session",
  params: idParams,
  response: personView,
  errors: ["person.not_found"],
});

export const revealIdentity = defineEndpoint({
  id: "revealIdentity",
  method: "POST",
  path: "/people/:id/identity-reveals",
  summary: "查看完整身份证号码（记入审计）",
  access: "session",
  params: idParams,
  body: z.strictObject({ purpose: text(100, 2) }),
  response: z.object({ idNumber: z.string(), phone: z.string().nullable() }),
  errors: ["person.not_found", "permission.denied"],
});

export const creditEntryView = z.object({
  id: z.string(),
  year: z.number(),
  subject,
  subjectName: z.string(),
  hours: z.number(),
  title: z.string(),
  sourceName: z.string(),
  form: z.string().nullable(),
  creditedAt: z.string(),
  declarationId: z.string().nullable(),
  reversal: z.boolean(),
});

export const listLearningRecords = defineEndpoint({
  id: "listLearningRecords",
  method: "GET",
  path: "/people/:id/learning-records",
  summary: "学习记录（学时台账）",
  access: "session",
  params: idParams,
  query: z.strictObject({ year: year.optional(), ...paging }),
  response: pageOf(creditEntryView),
  errors: ["person.not_found"],
});

export const yearView = z.object({
  year: z.number(),
  hours: hoursBySubject,
  total: z.number(),
  required: z.object({ total: z.number(), public: z.number(), professional: z.number() }),
  missing: hoursBySubject,
  result: annualResult,
  resultName: z.string(),
  explanation: z.string(),
  citations: z.array(z.string()),
  /** why it cannot be printed, or null */
  blocked: z.string().nullable(),
  certificateId: z.string().nullable(),
});

/** `me` stands for the signed-in professional. */
export const personIdOrMe = z.union([id, z.literal("me")]);

export const listYears = defineEndpoint({
  id: "listYears",
  method: "GET",
  path: "/people/:id/years",
  summary: "年度完成情况",
  access: "session",
  params: z.strictObject({ id: personIdOrMe }),
  query: z.strictObject({ from: year.optional(), to: year.optional() }),
  response: z.object({
    personId: z.string(),
    personName: z.string(),
    years: z.array(yearView),
    canMerge: z.boolean(),
    mergeBlocked: z.array(z.string()),
  }),
  errors: ["person.not_found"],
});
