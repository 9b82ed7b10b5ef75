import { z } from "zod";
import { applicationRow, applicationView } from "./applications.ts";
import { defineEndpoint } from "./endpoint.ts";
import {
  date,
  done,
  fileRef,
  hours,
  idParams,
  longText,
  pageOf,
  paging,
  subject,
  text,
  year,
} from "./fields.ts";

/** Classes that a base reports, their rosters, and the declarations that follow from them (BAS-01 – BAS-05). */

export const mostRosterRows = 2000;

/** 考核结果 */
export const classResultNames = { passed: "合格", failed: "不合格" } as const;
const classResult = z.enum(
  Object.keys(classResultNames) as [keyof typeof classResultNames],
  "考核结果应为合格或不合格",
);

/** Wrong numbers are a row's problem like unknown ones, so here a row is only bounded. */
const rosterRow = z.strictObject({
  idNumber: z.string().trim().max(30, "身份证号码过长"),
  name: text(50),
  result: classResult,
});
const roster = z
  .array(rosterRow)
  .min(1, "请填写学员名单")
  .max(mostRosterRows, `一个班次最多${mostRosterRows}人`);

const classIdentity = { year, name: text(100, 2), classNumber: text(40, 2) };

/** BAS-03. */
const classContent = {
  ...classIdentity,
  subject,
  content: longText(5000).min(2, "请填写培训内容"),
  startDate: date,
  endDate: date,
  place: text(200, 2),
  /** as the base proposes them; the granting bureau sets them (CNV-01) */
  hours: hours.min(0.1, "学时应大于0").max(500, "学时过大"),
  roster,
  attachments: z
    .array(fileRef.extend({ key: z.enum(["notice", "timetable", "roster", "other"], "附件类别不正确") }))
    .max(10, "最多10个附件")
    .default([]),
};

/** A row that cannot be taken, and why. Says nothing of who holds the number (BAS-05). */
const rosterProblem = z.object({ row: z.number(), code: z.string(), message: z.string() });

export const checkClassRoster = defineEndpoint({
  id: "checkClassRoster",
  method: "POST",
  path: "/base-class-rosters",
  summary: "核对学员名单：逐行指出不能上报的学员",
  access: "session",
  body: z.strictObject({ ...classIdentity, roster }),
  response: z.object({
    rows: z.number(),
    /** those who passed and can be reported */
    accepted: z.number(),
    problems: z.array(rosterProblem),
  }),
  errors: ["permission.denied", "request.too_many"],
});

export const getRosterTemplate = defineEndpoint({
  id: "getRosterTemplate",
  method: "GET",
  path: "/base-class-rosters/template",
  summary: "下载培训班学员名单模板",
  access: "session",
  response: z.never(),
  binary: {
    contentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    description: "学员名单模板",
  },
  errors: ["permission.denied"],
});

/** A whole ID number only goes back to the base that has just sent it. */
export const readClassRoster = defineEndpoint({
  id: "readClassRoster",
  method: "POST",
  path: "/base-class-rosters/files",
  summary: "上传学员名单（xlsx/csv）：可上报的学员，以及逐行的问题",
  access: "session",
  upload: {
    field: "file",
    maxBytes: 5 * 1024 * 1024,
    accept: ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv"],
  },
  body: z.strictObject(classIdentity),
  response: z.object({
    /** filled rows of the file */
    rows: z.number(),
    /** those that can be reported, as `submitBaseClass` takes them */
    roster: z.array(rosterRow),
    /** `row`: as the spreadsheet program numbers it */
    problems: z.array(rosterProblem.extend({ name: z.string() })),
  }),
  errors: [
    "permission.denied",
    "file.missing",
    "file.wrong_type",
    "file.too_large",
    "import.spreadsheet",
    "request.too_many",
  ],
});

export const submitBaseClass = defineEndpoint({
  id: "submitBaseClass",
  method: "POST",
  path: "/base-classes",
  summary: "基地上报培训班及学员名单（由审批部门核定学时）",
  access: "session",
  body: z.strictObject(classContent),
  response: applicationView,
  errors: [
    "permission.denied",
    "application.pending_exists",
    "class.invalid",
    "class.roster_invalid",
    "file.not_found",
    "request.too_many",
    "request.idempotency_mismatch",
  ],
});

export const resubmitBaseClass = defineEndpoint({
  id: "resubmitBaseClass",
  method: "POST",
  path: "/base-classes/:id/resubmission",
  summary: "培训班驳回后修改并重新上报",
  access: "session",
  params: idParams,
  body: z.strictObject(classContent),
  response: applicationView,
  errors: [
    "application.not_found",
    "permission.denied",
    "application.not_correctable",
    "application.pending_exists",
    "class.invalid",
    "class.roster_invalid",
    "file.not_found",
    "request.too_many",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

const progress = z.object({
  /** rows of the roster, and those who passed */
  rows: z.number(),
  passed: z.number(),
  /** of those who passed: not yet declared, declared, and not to be declared */
  waiting: z.number(),
  declared: z.number(),
  failed: z.number(),
});

export const baseClassView = applicationRow.extend({
  classNumber: z.string(),
  name: z.string(),
  subject,
  content: z.string(),
  startDate: z.string(),
  endDate: z.string(),
  place: z.string(),
  proposedHours: z.number(),
  /** as the granting bureau set them; null before */
  hours: z.number().nullable(),
  attachments: z.array(z.object({ key: z.string(), fileId: z.string(), name: z.string() })),
  progress,
  canWithdraw: z.boolean(),
  canResubmit: z.boolean(),
  /** some could not be declared: the base may have them tried again */
  canRetry: z.boolean(),
});

export const getBaseClass = defineEndpoint({
  id: "getBaseClass",
  method: "GET",
  path: "/base-classes/:id",
  summary: "培训班详情：内容、核定学时、学时申报生成进度",
  access: "session",
  params: idParams,
  response: baseClassView,
  errors: ["application.not_found"],
});

export const classParticipantStatusNames = {
  "not-passed": "考核不合格",
  waiting: "待生成申报",
  declared: "已生成申报",
  failed: "未能生成申报",
} as const;
const classParticipantStatus = z.enum(
  Object.keys(classParticipantStatusNames) as [keyof typeof classParticipantStatusNames],
);

const participantRow = z.object({
  row: z.number(),
  personId: z.string(),
  personName: z.string(),
  maskedIdNumber: z.string(),
  result: classResult,
  resultName: z.string(),
  status: classParticipantStatus,
  statusName: z.string(),
  /** why no declaration came of it */
  problem: z.string().nullable(),
  declarationId: z.string().nullable(),
});

export const listClassParticipants = defineEndpoint({
  id: "listClassParticipants",
  method: "GET",
  path: "/base-classes/:id/participants",
  summary: "培训班学员名单及其学时申报",
  access: "session",
  params: idParams,
  query: z.strictObject({ status: classParticipantStatus.optional(), ...paging }),
  response: pageOf(participantRow),
  errors: ["application.not_found"],
});

export const retryClassDeclarations = defineEndpoint({
  id: "retryClassDeclarations",
  method: "POST",
  path: "/base-classes/:id/declarations",
  summary: "重新生成未能生成的学员学时申报",
  access: "session",
  params: idParams,
  response: done,
  errors: [
    "application.not_found",
    "permission.denied",
    "class.nothing_to_retry",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});
