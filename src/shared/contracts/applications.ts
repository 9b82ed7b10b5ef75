import { z } from "zod";
import { routePreview } from "./declarations.ts";
import { defineEndpoint } from "./endpoint.ts";
import { days, done, id, idParams, pageOf, paging, year } from "./fields.ts";

/**
 * What applications of every kind share: lists, one application, withdrawal, and what stands in the way of one. What
 * a kind asks for is in the contract of its own submission.
 */

export const applicationKindNames = {
  "profile-change": "人员信息修改",
  "organization-change": "修改单位信息",
  "superior-change": "更换上级部门",
  "organization-closure": "注销/合并申请",
  transfer: "人员调转",
  "person-deregistration": "人员账号注销",
  adjustment: "学时折算/减免",
  "training-plan": "单位培训计划",
  "plan-declaration": "培训计划学时申报",
  "base-class": "基地培训班",
} as const;
export const applicationKind = z.enum(
  Object.keys(applicationKindNames) as [keyof typeof applicationKindNames],
  "申请种类不正确",
);

export const applicationStatusNames = {
  scheduled: "已预约（待无未办结事项后自动提交）",
  pending: "待审核",
  approved: "审核通过",
  rejected: "驳回",
  withdrawn: "已撤回",
  cancelled: "已放弃",
  revoked: "已撤销",
} as const;
export const applicationStatus = z.enum(
  Object.keys(applicationStatusNames) as [keyof typeof applicationStatusNames],
);

/** One decision about an application: by which organization, how and when. */
const applicationReview = z.object({
  organizationName: z.string(),
  outcomeName: z.string(),
  decidedAt: z.string(),
});

export const applicationRow = z.object({
  id: z.string(),
  number: z.string(),
  kind: applicationKind,
  kindName: z.string(),
  title: z.string(),
  organizationName: z.string(),
  personId: z.string().nullable(),
  personName: z.string().nullable(),
  maskedIdNumber: z.string().nullable(),
  applicantName: z.string(),
  counterpartName: z.string().nullable(),
  year: z.number().nullable(),
  status: applicationStatus,
  statusName: z.string(),
  reason: z.string().nullable(),
  submittedAt: z.string(),
  decidedAt: z.string().nullable(),
  /** there is no such instance yet while the application is `scheduled` */
  instanceId: z.string(),
  /** who holds it now; null when it has ended */
  holderName: z.string().nullable(),
  /** who has decided about it so far, in order (ORG-07, TRF-06) */
  reviews: z.array(applicationReview),
});

export const applicationView = applicationRow.extend({
  /** what was asked for, as its kind's submission defines it; for a change the old and new value of each field */
  data: z.record(z.string(), z.unknown()),
  attachments: z.array(z.object({ key: z.string(), fileId: z.string(), name: z.string() })),
  canWithdraw: z.boolean(),
  canResubmit: z.boolean(),
  /** of a transfer that the unit asked for: the person's right to object (TRF-14) */
  canObject: z.boolean(),
  /** of a transfer that waits for this unit: 确认调转 into one of its departments (TRF-05) */
  canAccept: z.boolean(),
});

export const applicationFilter = {
  /** own: applied by or about one's own; incoming: towards one's organization; below: of the whole scope */
  box: z.enum(["own", "incoming", "below"]).default("own"),
  kind: applicationKind.optional(),
  status: applicationStatus.optional(),
  personId: id.optional(),
  year: year.optional(),
  /** the beginning of the person's name, or a whole number (AUD-08) */
  q: z.string().trim().max(50).optional(),
  /** days on which it was submitted (AUD-08) */
  ...days,
  /** the person's department when it was submitted (AUD-08) */
  departmentId: id.optional(),
};

export const listApplications = defineEndpoint({
  id: "listApplications",
  method: "GET",
  path: "/applications",
  summary: "申请记录：本人或本单位提出的，转入本单位的，或管辖范围内的",
  access: "session",
  query: z.strictObject({ ...applicationFilter, ...paging }),
  response: pageOf(applicationRow),
  errors: ["permission.denied"],
});

export const getApplication = defineEndpoint({
  id: "getApplication",
  method: "GET",
  path: "/applications/:id",
  summary: "申请详情",
  access: "session",
  params: idParams,
  response: applicationView,
  errors: ["application.not_found"],
});

export const withdrawApplication = defineEndpoint({
  id: "withdrawApplication",
  method: "POST",
  path: "/applications/:id/withdraw",
  summary: "撤回（撤销）待审核的申请，取消预约的申请，或放弃被退回的申请",
  access: "session",
  params: idParams,
  response: done,
  errors: [
    "application.not_found",
    "permission.denied",
    "application.not_withdrawable",
    "task.already_decided",
    "task.withdrawn",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});

/** One kind of thing that stands in the way, how many of it, and the page that lists them. */
export const blockingItem = z.object({
  kind: z.string(),
  name: z.string(),
  count: z.number(),
  /** false when there are more than were counted */
  countIsExact: z.boolean(),
  link: z.string(),
});
export type BlockingItem = z.output<typeof blockingItem>;

export const listBlockingItems = defineEndpoint({
  id: "listBlockingItems",
  method: "GET",
  path: "/blocking-items",
  summary: "办理前须先办结的事项，逐项附链接",
  access: "session",
  query: z.strictObject({
    kind: z.enum([
      "organization-change",
      "superior-change",
      "organization-closure",
      "organization-merger",
      "transfer",
      "person-deregistration",
      // The unit reports a death: what the deceased had open himself does not count (PER-13).
      "person-death",
    ]),
    /** whose transfer or deregistration; without it the professional himself */
    personId: id.optional(),
  }),
  response: z.object({ items: z.array(blockingItem) }),
  errors: ["permission.denied", "person.not_found"],
});

export const previewApplicationRoute = defineEndpoint({
  id: "previewApplicationRoute",
  method: "POST",
  path: "/application-routes",
  summary: "提交前预览：培训计划及其学时申报、折算、培训班将依次由哪些部门审核",
  access: "session",
  body: z.strictObject({
    kind: z.enum(["training-plan", "plan-declaration", "adjustment", "base-class"]),
    /** of a plan's declaration the participants, of an adjustment the person; none: the professional himself */
    personIds: z.array(id).max(500, "一次最多500人").default([]),
  }),
  response: routePreview,
  errors: ["permission.denied", "person.not_found"],
});
