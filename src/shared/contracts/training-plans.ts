import { z } from "zod";
import { applicationRow, applicationView } from "./applications.ts";
import { defineEndpoint } from "./endpoint.ts";
import {
  date,
  done,
  fileRef,
  hours,
  id,
  idParams,
  longText,
  pageOf,
  paging,
  subject,
  text,
  year,
} from "./fields.ts";

/** Training plans of a unit (PLN-01 – PLN-09); their hours are in `plan-declarations.ts`. */

/**
 * States of a plan (PLN-08). 草稿 stays with whoever writes it; 已完成 is the unit's word, 已过期 the calendar's, and
 * 已变更 an approved plan in whose place an approved amendment has come.
 */
export const trainingPlanStatusNames = {
  pending: "待审核",
  approved: "通过",
  rejected: "驳回",
  withdrawn: "已撤回",
  cancelled: "已放弃",
  revoked: "已撤销",
  completed: "已完成",
  expired: "已过期",
  replaced: "已变更",
} as const;
const trainingPlanStatus = z.enum(
  Object.keys(trainingPlanStatusNames) as [keyof typeof trainingPlanStatusNames],
  "计划状态不正确",
);

const phone = z
  .string()
  .trim()
  .regex(/^[0-9 +()（）\-—转]{5,30}$/, "电话号码格式不正确");

/** PLN-06. */
export const planContent = {
  name: text(100, 2),
  year,
  subject,
  /** 内容/课程表 */
  content: longText(5000).min(2, "请填写培训内容或课程表"),
  startDate: date,
  endDate: date,
  place: text(200, 2),
  /** 师资 */
  teachers: longText(1000).min(2, "请填写师资"),
  plannedPeople: z.number().int("人数应为整数").min(1, "至少1人").max(5000, "一个计划最多5000人"),
  /** of one person, over the whole plan */
  plannedHours: hours.min(0.1, "计划学时应大于0").max(500, "计划学时过大"),
  contactName: text(50, 2),
  contactPhone: phone,
  attachments: z
    .array(fileRef.extend({ key: z.enum(["curriculum", "other"], "附件类别不正确") }))
    .max(10, "最多10个附件")
    .default([]),
};

export const submitTrainingPlan = defineEndpoint({
  id: "submitTrainingPlan",
  method: "POST",
  path: "/training-plans",
  summary: "新增单位培训计划（主管部门 → 同级人社审核）",
  access: "session",
  /** with the draft that this is: it is gone afterwards (PLN-08) */
  body: z.strictObject({ ...planContent, draftId: id.optional() }),
  response: applicationView,
  errors: [
    "permission.denied",
    "plan.invalid",
    "draft.not_found",
    "file.not_found",
    "request.idempotency_mismatch",
  ],
});

export const resubmitTrainingPlan = defineEndpoint({
  id: "resubmitTrainingPlan",
  method: "POST",
  path: "/training-plans/:id/resubmission",
  summary: "培训计划驳回后修改并重新提交",
  access: "session",
  params: idParams,
  body: z.strictObject(planContent),
  response: applicationView,
  errors: [
    "application.not_found",
    "permission.denied",
    "application.not_correctable",
    "plan.invalid",
    "plan.people_exceeded",
    "file.not_found",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

export const amendTrainingPlan = defineEndpoint({
  id: "amendTrainingPlan",
  method: "POST",
  path: "/training-plans/:id/amendments",
  summary: "变更已通过的培训计划（重新审核，通过后取代原计划）",
  access: "session",
  params: idParams,
  body: z.strictObject(planContent),
  response: applicationView,
  errors: [
    "application.not_found",
    "permission.denied",
    "application.pending_exists",
    "plan.not_open",
    "plan.invalid",
    "plan.people_exceeded",
    "file.not_found",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

export const completeTrainingPlan = defineEndpoint({
  id: "completeTrainingPlan",
  method: "POST",
  path: "/training-plans/:id/completion",
  summary: "培训计划完成（此后不再申报学时）",
  access: "session",
  params: idParams,
  response: done,
  errors: [
    "application.not_found",
    "permission.denied",
    "plan.not_open",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

export const trainingPlanRow = applicationRow.extend({
  planNumber: z.string(),
  /** as the unit gave it; `title` is what a reviewer reads in his lists */
  name: z.string(),
  planStatus: trainingPlanStatus,
  planStatusName: z.string(),
  subject,
  startDate: z.string(),
  endDate: z.string(),
  plannedPeople: z.number(),
  plannedHours: z.number(),
});

export const trainingPlanView = trainingPlanRow.extend({
  content: z.string(),
  place: z.string(),
  teachers: z.string(),
  contactName: z.string(),
  contactPhone: z.string(),
  attachments: z.array(z.object({ key: z.string(), fileId: z.string(), name: z.string() })),
  /** the plan in whose place it comes, and the one that came in its own */
  amendsId: z.string().nullable(),
  replacedById: z.string().nullable(),
  completedAt: z.string().nullable(),
  /** people declared for so far, approved or under review, and how many there may be */
  declaredPeople: z.number(),
  mostPeople: z.number(),
  /** what the rules ask of a session's declaration in proof (PLN-04) */
  evidence: z.array(z.object({ key: z.string(), title: z.string(), required: z.boolean() })),
  canDeclare: z.boolean(),
  canAmend: z.boolean(),
  canComplete: z.boolean(),
  canWithdraw: z.boolean(),
  canResubmit: z.boolean(),
});

export const listTrainingPlans = defineEndpoint({
  id: "listTrainingPlans",
  method: "GET",
  path: "/training-plans",
  summary: "单位培训计划：本单位的，或管辖范围内的",
  access: "session",
  query: z.strictObject({
    box: z.enum(["own", "below"]).default("own"),
    status: trainingPlanStatus.optional(),
    year: year.optional(),
    ...paging,
  }),
  response: pageOf(trainingPlanRow),
  errors: ["permission.denied"],
});

export const getTrainingPlan = defineEndpoint({
  id: "getTrainingPlan",
  method: "GET",
  path: "/training-plans/:id",
  summary: "培训计划详情：内容、状态、已申报人数",
  access: "session",
  params: idParams,
  response: trainingPlanView,
  errors: ["application.not_found"],
});
