import { z } from "zod";
import { degrees, educations, nations } from "../dictionaries/people.ts";
import { titleLevels, titleSeries } from "../dictionaries/titles.ts";
import { applicationView } from "./applications.ts";
import { defineEndpoint } from "./endpoint.ts";
import { codeOf, date, done, email, fileRef, id, landline, longText, text } from "./fields.ts";

/** 基本信息修改 (PER-03 – PER-06): one's own data, what the unit must have checked, and what is saved at once. */

/** A title with the day of obtaining it; years before 2016 ask for the one held on 1 January (REQ-02). */
const title = z.strictObject({
  series: codeOf(titleSeries, "职称系列").nullable().default(null),
  level: codeOf(titleLevels, "职称级别"),
  name: text(50).nullable().default(null),
  obtainedOn: date,
});

/** Every field may be left out: it stays as it is. Null empties it. */
export const profileFields = z.strictObject({
  /** correction of the name, with evidence; the ID number never changes */
  name: text(50, 2).optional(),
  nation: codeOf(nations, "民族").nullable().optional(),
  education: codeOf(educations, "学历").nullable().optional(),
  degree: codeOf(degrees, "学位").nullable().optional(),
  school: text(100).nullable().optional(),
  major: text(100).nullable().optional(),
  workStartedOn: date.nullable().optional(),
  isAccountant: z.boolean().optional(),
  departmentId: id.nullable().optional(),
  title: title.optional(),
});
export type ProfileFields = z.output<typeof profileFields>;

/** One's own data, with the codes that a form begins with; the phone stays masked, as everywhere. */
export const profileView = z.object({
  id: z.string(),
  name: z.string(),
  maskedIdNumber: z.string(),
  sexName: z.string(),
  birthDate: z.string(),
  maskedPhone: z.string().nullable(),
  email: z.string().nullable(),
  landline: z.string().nullable(),
  nativePlace: z.string().nullable(),
  organizationId: z.string(),
  organizationName: z.string(),
  regionPath: z.string(),
  departmentId: z.string().nullable(),
  departmentName: z.string().nullable(),
  /** the department was disabled: it should be changed (DEP-06) */
  departmentDisabled: z.boolean(),
  nation: z.string().nullable(),
  education: z.string().nullable(),
  degree: z.string().nullable(),
  school: z.string().nullable(),
  major: z.string().nullable(),
  workStartedOn: z.string().nullable(),
  isAccountant: z.boolean(),
  /** oldest first, never empty: whoever has none has one that says so */
  titles: z.array(
    z.object({
      series: z.string().nullable(),
      level: z.string(),
      name: z.string().nullable(),
      obtainedOn: z.string().nullable(),
    }),
  ),
  registeredOn: z.string(),
  /** a transfer is under way: until it has ended nothing can be changed that has to be checked (TRF-11) */
  isTransferring: z.boolean(),
});

export const getOwnProfile = defineEndpoint({
  id: "getOwnProfile",
  method: "GET",
  path: "/profile",
  summary: "本人的基本信息",
  access: "session",
  response: profileView,
  errors: ["permission.denied", "person.not_found"],
});

/** One line of 变更明细: the field's Chinese name, what it was and what it is to be (AUD-04). */
export interface ProfileChangeLine {
  field: keyof ProfileFields;
  name: string;
  old: string | null;
  new: string | null;
}

export const submitProfileChange = defineEndpoint({
  id: "submitProfileChange",
  method: "POST",
  path: "/profile-changes",
  summary: "提交须审核的个人信息修改（由所在单位审核）",
  access: "session",
  body: z.strictObject({
    changes: profileFields,
    remark: longText(200).default(""),
    attachments: z
      .array(fileRef.extend({ key: z.enum(["name", "title", "education", "other"], "请选择证明材料种类") }))
      .max(10, "最多10个附件")
      .default([]),
    draftId: id.optional(),
  }),
  response: applicationView,
  errors: [
    "permission.denied",
    "person.not_found",
    "person.transfer_open",
    "department.unavailable",
    "application.pending_exists",
    "file.not_found",
    "draft.not_found",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

export const saveContactData = defineEndpoint({
  id: "saveContactData",
  method: "PUT",
  path: "/profile/contact",
  summary: "保存无需审核的个人信息（电子邮箱、固定电话、籍贯）",
  access: "session",
  body: z.strictObject({
    email: email.nullable().optional(),
    landline: landline.nullable().optional(),
    nativePlace: text(50).nullable().optional(),
  }),
  response: done,
  errors: ["permission.denied", "person.not_found", "request.conflict", "request.idempotency_mismatch"],
});
