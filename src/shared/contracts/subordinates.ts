import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { idParams, pageOf, paging, text } from "./fields.ts";
import { organizationOption } from "./organizations.ts";

/** 管理下级单位: the organizations directly below one's own (SUB-01 – SUB-05). */

const subordinateView = organizationOption.extend({
  reviewClosed: z.boolean(),
  reviewClosedReason: z.string().nullable(),
  hasAdministrator: z.boolean(),
  superAdministrator: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** open items that it holds; counted to a limit */
  pending: z.number(),
  pendingIsExact: z.boolean(),
  /** when its oldest open item came to it, and when that is due */
  oldestAt: z.string().nullable(),
  oldestDueAt: z.string().nullable(),
  /** whole days since then */
  oldestDays: z.number().nullable(),
  remindedAt: z.string().nullable(),
});

export const listOwnSubordinates = defineEndpoint({
  id: "listOwnSubordinates",
  method: "GET",
  path: "/subordinates",
  summary: "管理下级单位：超级管理员、审核权限、待办数量与最早待办",
  access: "session",
  query: z.strictObject({
    name: z.string().trim().max(100).optional(),
    reviewClosed: z.enum(["true", "false"]).optional(),
    ...paging,
    /** each row counts its open items */
    pageSize: z.coerce.number().int().min(1).max(50).default(20),
  }),
  response: pageOf(subordinateView),
  errors: ["permission.denied"],
});

export const setReviewRight = defineEndpoint({
  id: "setReviewRight",
  method: "PUT",
  path: "/subordinates/:id/review-right",
  summary: "关闭/恢复下级单位的学时审核权限：关闭后其待办由本单位代审",
  access: "session",
  params: idParams,
  body: z.strictObject({ closed: z.boolean(), reason: text(200, 2) }),
  response: z.object({ id: z.string(), reviewClosed: z.boolean(), movedTasks: z.number() }),
  errors: [
    "permission.denied",
    "organization.not_found",
    "organization.review_right_unchanged",
    "request.conflict",
  ],
});

export const remindSubordinate = defineEndpoint({
  id: "remindSubordinate",
  method: "POST",
  path: "/subordinates/:id/reminders",
  summary: "提醒下级单位办理待办（24小时一次）",
  access: "session",
  params: idParams,
  body: z.strictObject({ message: text(200).optional() }),
  response: z.object({ ok: z.literal(true), pending: z.number(), pendingIsExact: z.boolean() }),
  errors: [
    "permission.denied",
    "organization.not_found",
    "organization.reminded_recently",
    "organization.nothing_pending",
  ],
});
