import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import {
  date,
  days,
  hoursBySubject,
  id,
  idParams,
  longText,
  pageOf,
  paging,
  subject,
  text,
  year,
} from "./fields.ts";
import { evidence, facts, formId, showWhen } from "./form-facts.ts";
import { sameWork } from "./same-work.ts";

/** Declarations of study hours: forms, live calculation, submission, records (DEC, APR-04, PER-07/08). */

export const formField = z.object({
  name: z.string(),
  title: z.string(),
  type: z.string(),
  required: z.boolean(),
  options: z.array(z.object({ value: z.string(), title: z.string() })).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  maxLength: z.number().optional(),
  unit: z.string().optional(),
  perPerson: z.boolean().optional(),
  help: z.string().optional(),
  showWhen,
});

export const formView = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  fields: z.array(formField),
  subjects: z.array(subject),
  evidence: z.array(z.object({ key: z.string(), title: z.string(), required: z.boolean(), showWhen })),
  hoursAreTyped: z.boolean(),
  determiner: z.string().nullable(),
  citation: z.string(),
});
export type FormView = z.output<typeof formView>;

export const listForms = defineEndpoint({
  id: "listForms",
  method: "GET",
  path: "/declaration-forms",
  summary: "学习形式及其字段、证明材料（由规则包生成）",
  access: "session",
  query: z.strictObject({ year: year.optional() }),
  response: z.object({ year: z.number(), forms: z.array(formView) }),
  errors: [],
});

export const traceView = z.object({
  text: z.string(),
  steps: z.array(z.unknown()),
  pack: z.object({ id: z.string(), version: z.string() }),
});

export const calculateHours = defineEndpoint({
  id: "calculateHours",
  method: "POST",
  path: "/declaration-hours",
  summary: "按规则试算学时，并列出依据和问题",
  access: "session",
  body: z.strictObject({
    year,
    form: formId,
    subject: subject.optional(),
    facts,
    startDate: date.optional(),
    endDate: date.optional(),
    /** people it is for; without any, the person himself */
    personIds: z.array(id).max(200).default([]),
    /** the returned declaration that is being corrected: it has the days of grace, or its window (PST-02, PST-04) */
    correctionOf: id.optional(),
  }),
  response: z.object({
    hours: hoursBySubject.nullable(),
    trace: traceView.nullable(),
    citations: z.array(z.string()),
    problems: z.array(z.object({ code: z.string(), fact: z.string().nullable(), message: z.string() })),
  }),
  errors: [
    "permission.denied",
    "declaration.base_by_class",
    "person.not_found",
    "declaration.mixed_accountants",
    "declaration.not_found",
    "declaration.in_batch",
  ],
});

export const routeStep = z.object({
  organizationId: z.string(),
  organizationName: z.string(),
  stepName: z.string(),
  notice: z.string().nullable(),
});

/** 将依次由…审核 (FLW-09) */
export const routePreview = z.object({ steps: z.array(routeStep), text: z.string() });

export const previewRoute = defineEndpoint({
  id: "previewRoute",
  method: "POST",
  path: "/declaration-routes",
  summary: "提交前预览：将依次由哪些部门审核",
  access: "session",
  body: z.strictObject({ personIds: z.array(id).max(200).default([]) }),
  response: routePreview,
  errors: [
    "permission.denied",
    "declaration.base_by_class",
    "person.not_found",
    "declaration.mixed_accountants",
  ],
});

export const submitDeclarations = defineEndpoint({
  id: "submitDeclarations",
  method: "POST",
  path: "/declarations",
  summary: "申报学时：本人，或单位为一人/多人（每人一条）",
  access: "session",
  body: z.strictObject({
    year,
    form: formId,
    subject: subject.optional(),
    title: text(200),
    startDate: date,
    endDate: date,
    facts,
    /** may lower the computed hours, never raise them (DEC-11) */
    hours: z.strictObject({ public: z.number().min(0), professional: z.number().min(0) }).optional(),
    evidence,
    remark: longText(500).default(""),
    /** empty: for himself. `facts` of a person override the common ones (rank) */
    people: z
      .array(z.strictObject({ personId: id, facts: facts.optional() }))
      .max(200, "一次最多200人")
      .default([]),
    /** the draft that this is: it is gone afterwards (DEC-14) */
    draftId: id.optional(),
  }),
  response: z.object({
    batchNumber: z.string(),
    declarations: z.array(
      z.object({
        id: z.string(),
        number: z.string(),
        personName: z.string(),
        hours: hoursBySubject,
        instanceId: z.string(),
      }),
    ),
    route: z.array(routeStep),
  }),
  errors: [
    "permission.denied",
    "declaration.base_by_class",
    "person.not_found",
    "declaration.invalid",
    "declaration.class_reported",
    "declaration.mixed_accountants",
    "declaration.past_year_closed",
    "person.transfer_open",
    "declaration.duplicate",
    "declaration.evidence_missing",
    "draft.not_found",
    "file.not_found",
    "request.idempotency_mismatch",
  ],
});

export const declarationStatus = z.enum([
  "pending",
  "approved",
  "rejected",
  "withdrawn",
  "cancelled",
  "revoked",
]);
export const declarationStatusNames = {
  pending: "待审核",
  approved: "审核通过",
  rejected: "审核不通过",
  withdrawn: "已撤回",
  cancelled: "已取消",
  revoked: "已撤销认定",
} as const;

export const declarationRow = z.object({
  id: z.string(),
  number: z.string(),
  batchNumber: z.string(),
  origin: z.enum(["person", "employer", "base"]),
  year: z.number(),
  form: z.string(),
  formName: z.string(),
  subject,
  subjectName: z.string(),
  title: z.string(),
  personId: z.string(),
  personName: z.string(),
  organizationName: z.string(),
  hours: hoursBySubject,
  status: declarationStatus,
  statusName: z.string(),
  submittedAt: z.string(),
  decidedAt: z.string().nullable(),
  reason: z.string().nullable(),
  instanceId: z.string(),
  /** the organization that holds it now (APR-04) */
  holderName: z.string().nullable(),
  /** 补报: a past year, by a window that a bureau opened (PST-02) */
  makeUp: z.boolean(),
});

export const declarationView = declarationRow.extend({
  startDate: z.string(),
  endDate: z.string(),
  facts: z.array(z.object({ name: z.string(), title: z.string(), value: z.string() })),
  rawFacts: facts,
  computedHours: hoursBySubject,
  trace: traceView,
  citations: z.array(z.string()),
  evidence: z.array(z.object({ key: z.string(), title: z.string(), fileId: z.string(), name: z.string() })),
  remark: z.string(),
  hoursChanges: z.array(
    z.object({
      by: z.string(),
      organizationName: z.string(),
      at: z.string(),
      from: hoursBySubject,
      to: hoursBySubject,
      reason: z.string(),
    }),
  ),
  /** null for professionals: other people's claims are for reviewers */
  sameWork: sameWork.nullable(),
  /** what the person has against it (DEC-15) */
  objection: z.object({ reason: z.string(), at: z.string() }).nullable(),
  canWithdraw: z.boolean(),
  canResubmit: z.boolean(),
  canObject: z.boolean(),
});

export const declarationFilter = {
  status: declarationStatus.optional(),
  year: year.optional(),
  form: formId.optional(),
  personId: id.optional(),
  /** part of the person's name or of the title, or a whole number */
  q: z.string().trim().max(100).optional(),
  /** days on which it was submitted (AUD-08) */
  ...days,
  /** the person's department when it was submitted (AUD-08) */
  departmentId: id.optional(),
};

export const listDeclarations = defineEndpoint({
  id: "listDeclarations",
  method: "GET",
  path: "/declarations",
  summary: "申报记录：本人的，或本单位申报的（全部/待审核/审核通过/审核不通过）",
  access: "session",
  query: z.strictObject({ ...declarationFilter, ...paging }),
  response: pageOf(declarationRow),
  errors: [],
});

export const getDeclaration = defineEndpoint({
  id: "getDeclaration",
  method: "GET",
  path: "/declarations/:id",
  summary: "申报详情",
  access: "session",
  params: idParams,
  response: declarationView,
  errors: ["declaration.not_found"],
});
