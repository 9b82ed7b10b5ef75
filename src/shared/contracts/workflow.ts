import { z } from "zod";
import { applicationKindNames } from "./applications.ts";
import { defineEndpoint } from "./endpoint.ts";
import {
  days,
  done,
  fileRef,
  hoursBySubject,
  id,
  idParams,
  longText,
  pageOf,
  paging,
  year,
} from "./fields.ts";

/** To-do lists, decisions and instances (APR, AUD, FLW). */

export const processNames: Readonly<Record<string, string>> = {
  "organization-registration": "单位注册",
  "person-registration": "人员注册",
  declaration: "学时申报",
  ...applicationKindNames,
};
export const processKeys = Object.keys(processNames) as [string, ...string[]];

export const taskStatus = z.enum(["open", "decided", "cancelled"]);

/** Until when it may be approved, and whether that day is over (PST-04); null: there is no such day. */
const approvalLimit = z.object({ lastDay: z.string(), isOver: z.boolean() }).nullable();

export const taskView = z.object({
  id: z.string(),
  instanceId: z.string(),
  processKey: z.string(),
  processName: z.string(),
  /** Chinese name of the step, from the diagram */
  stepName: z.string(),
  title: z.string(),
  applicantName: z.string(),
  organizationName: z.string(),
  businessId: z.string(),
  number: z.string(),
  year: z.number().nullable(),
  form: z.string().nullable(),
  formName: z.string().nullable(),
  hours: hoursBySubject.nullable(),
  status: taskStatus,
  outcomes: z.array(z.object({ value: z.string(), name: z.string() })),
  createdAt: z.string(),
  dueAt: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  outcome: z.string().nullable(),
  comment: z.string().nullable(),
  canDecide: z.boolean(),
  /** whether approving at this step may lower the hours (APR-12), or sets a class's (CNV-01) */
  canReduceHours: z.boolean(),
  approvalLimit,
  /** holding organization */
  holderName: z.string(),
});
export type TaskView = z.output<typeof taskView>;

export const taskFilter = {
  processKey: z.enum(processKeys).optional(),
  year: year.optional(),
  /** part of the applicant's name, or a whole number */
  q: z.string().trim().max(100).optional(),
  origin: z.enum(["base", "other"]).optional(),
  /** days on which it came to the holder (AUD-08) */
  ...days,
  /** the person's department when he applied (AUD-08) */
  departmentId: id.optional(),
  /** how it was decided; of 已办 only */
  outcome: z
    .string()
    .regex(/^[a-z-]{1,30}$/)
    .optional(),
};

export const listTasks = defineEndpoint({
  id: "listTasks",
  method: "GET",
  path: "/tasks",
  summary: "待办/已办/我发起的",
  access: "session",
  query: z.strictObject({
    box: z.enum(["todo", "done", "started"]).default("todo"),
    ...taskFilter,
    ...paging,
  }),
  response: pageOf(taskView),
  errors: [],
});

/** Counts of the to-do box; each opens a list with exactly these items (NAV-09, APR-09). */
export const countTasks = defineEndpoint({
  id: "countTasks",
  method: "GET",
  path: "/tasks/counts",
  summary: "待办数量：按流程和认证年度",
  access: "session",
  response: z.object({
    total: z.number(),
    totalIsExact: z.boolean(),
    groups: z.array(
      z.object({
        processKey: z.string(),
        processName: z.string(),
        year: z.number().nullable(),
        count: z.number(),
        /**
         * From when the closing of the year is told of (PST-05), where its approvals have a last day: how many of them
         * that day is for.
         */
        approvalLimit: z.object({ lastDay: z.string(), isOver: z.boolean(), count: z.number() }).nullable(),
      }),
    ),
  }),
  errors: [],
});

export const getTask = defineEndpoint({
  id: "getTask",
  method: "GET",
  path: "/tasks/:id",
  summary: "待办详情",
  access: "session",
  params: idParams,
  response: taskView,
  errors: ["task.not_found"],
});

const decision = {
  outcome: z.string().regex(/^[a-z-]{1,30}$/),
  comment: longText(500).default(""),
  attachments: z.array(fileRef).max(5).default([]),
};

/** Preset reasons beside the free text; the policy gives them, and may change them (AUD-07). */
export const listRejectionReasons = defineEndpoint({
  id: "listRejectionReasons",
  method: "GET",
  path: "/rejection-reasons",
  summary: "驳回的常用原因（由申报规定规则包给出）",
  access: "session",
  query: z.strictObject({ processKey: z.enum(processKeys, "流程不正确") }),
  response: z.object({ reasons: z.array(z.string()) }),
  errors: [],
});

/** Takes a row out of one's own 「已审核」; the audit record stays (AUD-02, AUD-03). */
export const hideTask = defineEndpoint({
  id: "hideTask",
  method: "POST",
  path: "/tasks/:id/hiding",
  summary: "从本人的审核记录中删除（仅不再显示，审计记录保留）",
  access: "session",
  params: idParams,
  response: done,
  errors: ["task.not_found", "task.not_decided"],
});

export const decideTask = defineEndpoint({
  id: "decideTask",
  method: "POST",
  path: "/tasks/:id/decisions",
  summary: "审批：通过/驳回（可核减学时）",
  access: "session",
  params: idParams,
  body: z.strictObject({
    ...decision,
    /** reduced hours, where `canReduceHours` says so (APR-12) */
    hours: z.strictObject({ public: z.number().min(0), professional: z.number().min(0) }).optional(),
  }),
  response: taskView,
  errors: [
    "task.not_found",
    "permission.denied",
    "permission.self_review",
    "task.already_decided",
    "task.withdrawn",
    "task.approval_closed",
    "task.comment_required",
    "task.outcome_invalid",
    "task.hours_not_allowed",
    // What was declared or completed meanwhile may stand against a plan's approval.
    "plan.not_open",
    "plan.invalid",
    "plan.people_exceeded",
    // A class may have been confirmed with fewer hours since (CNV-01).
    "declaration.class_hours",
    "transfer.objected",
    "file.not_found",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

export const decideTasks = defineEndpoint({
  id: "decideTasks",
  method: "POST",
  path: "/task-decisions",
  summary: "批量审批：每条各有结果",
  access: "session",
  body: z.strictObject({
    taskIds: z.array(id).min(1, "请选择要办理的事项").max(500, "一次最多500条"),
    ...decision,
  }),
  response: z.object({
    succeeded: z.number(),
    failed: z.number(),
    results: z.array(
      z.object({
        taskId: z.string(),
        number: z.string().nullable(),
        applicantName: z.string().nullable(),
        ok: z.boolean(),
        code: z.string().nullable(),
        message: z.string().nullable(),
      }),
    ),
  }),
  errors: ["permission.denied", "task.comment_required", "request.idempotency_mismatch"],
});

const stepView = z.object({
  name: z.string(),
  organizationName: z.string(),
  phone: z.string().nullable(),
  state: z.enum(["done", "rejected", "current", "waiting", "skipped"]),
  actorName: z.string().nullable(),
  at: z.string().nullable(),
  dwellSeconds: z.number().nullable(),
  comment: z.string().nullable(),
  notice: z.string().nullable(),
});

export const instanceView = z.object({
  id: z.string(),
  number: z.string(),
  processKey: z.string(),
  processName: z.string(),
  definitionVersion: z.number(),
  definitionHash: z.string(),
  title: z.string(),
  applicantName: z.string(),
  organizationName: z.string(),
  status: z.enum(["open", "completed", "cancelled"]),
  statusName: z.string(),
  /** of the review that is open (PST-04) */
  approvalLimit,
  /** element id of the end that was reached */
  endedAs: z.string().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  businessKind: z.string(),
  businessId: z.string(),
  steps: z.array(stepView),
  history: z.array(
    z.object({
      at: z.string(),
      name: z.string(),
      actorName: z.string(),
      organizationName: z.string(),
      outcomeName: z.string(),
      comment: z.string().nullable(),
      dwellSeconds: z.number().nullable(),
      /** how a rule pack decided; null for what people did, or when that version is no longer stored */
      trace: z.object({ pack: z.string(), text: z.string() }).nullable(),
    }),
  ),
  /** for whoever applied, while an organization has to act: when he may urge again; `nextAt` null: now */
  urging: z.object({ nextAt: z.string().nullable() }).nullable(),
  /** for the diagram: element id → state */
  elements: z.array(
    z.object({ id: z.string(), state: z.enum(["done", "active", "rejected"]), label: z.string().nullable() }),
  ),
  xml: z.string(),
});
export type InstanceView = z.output<typeof instanceView>;

export const getInstance = defineEndpoint({
  id: "getInstance",
  method: "GET",
  path: "/instances/:id",
  summary: "流程实例：进度、流程图、流转记录",
  access: "session",
  params: idParams,
  response: instanceView,
  errors: ["instance.not_found"],
});
