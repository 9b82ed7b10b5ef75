import { z } from "zod";
import { applicationRow, applicationView } from "./applications.ts";
import { declarationStatus } from "./declarations.ts";
import { defineEndpoint } from "./endpoint.ts";
import {
  date,
  fileRef,
  hours,
  hoursBySubject,
  id,
  idParams,
  longText,
  pageOf,
  paging,
  text,
} from "./fields.ts";

/** The hours of a training plan, declared session by session (PLN-03 – PLN-05, PLN-10 – PLN-12). */

/** One session of a plan: who took part and for how many hours, and what proves it (PLN-04, PLN-10, PLN-12). */
export const sessionContent = {
  /** tells the sessions of a plan apart, so it must hold more than signs */
  sessionName: text(100).regex(/[\p{L}\p{N}]/u, "请填写场次名称"),
  startDate: date,
  endDate: date,
  evidence: z
    .array(fileRef.extend({ key: z.enum(["sign-in", "video", "photo", "other"], "材料类别不正确") }))
    .max(20, "最多20个附件"),
  /** in place of a video file: where it is, and its SHA-256 */
  video: z
    .strictObject({
      url: z.url({ protocol: /^https?$/, error: "请填写视频的网址" }).max(500, "网址过长"),
      sha256: z.string().regex(/^[0-9a-f]{64}$/, "请填写视频文件的SHA-256校验值（64位小写十六进制）"),
    })
    .optional(),
  participants: z
    .array(z.strictObject({ personId: id, hours: hours.min(0.1, "学时应大于0") }))
    .min(1, "请选择参加人员")
    .max(500, "一次最多500人"),
  remark: longText(500).default(""),
};

export const submitPlanDeclaration = defineEndpoint({
  id: "submitPlanDeclaration",
  method: "POST",
  path: "/training-plans/:id/declarations",
  summary: "按已通过的培训计划申报学时（每人一条，一并审核）",
  access: "session",
  params: idParams,
  body: z.strictObject(sessionContent),
  response: applicationView,
  errors: [
    "application.not_found",
    "permission.denied",
    "plan.not_open",
    "plan.people_exceeded",
    "person.not_found",
    "person.transfer_open",
    "declaration.invalid",
    "declaration.past_year_closed",
    "declaration.duplicate",
    "declaration.evidence_missing",
    "file.not_found",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

export const resubmitPlanDeclaration = defineEndpoint({
  id: "resubmitPlanDeclaration",
  method: "POST",
  path: "/plan-declarations/:id/resubmission",
  summary: "计划学时申报驳回后修改并重新提交",
  access: "session",
  params: idParams,
  body: z.strictObject(sessionContent),
  response: applicationView,
  errors: [...submitPlanDeclaration.errors, "application.not_correctable"],
});

/** The session that a plan's declaration is for, as its application's data has it. */
export const planSession = z.object({
  planId: z.string(),
  planName: z.string(),
  sessionName: z.string(),
  startDate: z.string(),
  endDate: z.string(),
  /** in place of a video file */
  video: z.object({ url: z.string(), sha256: z.string() }).nullable(),
  people: z.number(),
  remark: z.string(),
});

export const planDeclarationRow = applicationRow.extend({
  sessionName: z.string(),
  startDate: z.string(),
  endDate: z.string(),
  people: z.number(),
});

export const listPlanDeclarations = defineEndpoint({
  id: "listPlanDeclarations",
  method: "GET",
  path: "/training-plans/:id/declarations",
  summary: "培训计划的学时申报：各版本计划下申报的各场次",
  access: "session",
  params: idParams,
  query: z.strictObject({ ...paging }),
  response: pageOf(planDeclarationRow),
  errors: ["application.not_found"],
});

const participantRow = z.object({
  declarationId: z.string(),
  number: z.string(),
  personId: z.string(),
  personName: z.string(),
  maskedIdNumber: z.string(),
  isAccountant: z.boolean(),
  hours: hoursBySubject,
  status: declarationStatus,
  statusName: z.string(),
});

export const listPlanParticipants = defineEndpoint({
  id: "listPlanParticipants",
  method: "GET",
  path: "/plan-declarations/:id/participants",
  summary: "计划学时申报的参加人员及学时",
  access: "session",
  params: idParams,
  query: z.strictObject({ ...paging }),
  response: pageOf(participantRow),
  errors: ["application.not_found"],
});
