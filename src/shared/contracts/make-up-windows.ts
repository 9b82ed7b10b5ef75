import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { date, done, id, idParams, pageOf, paging, regionCode, text, year } from "./fields.ts";

/** 往年补报: bureaus open a time in which a past year may be declared (PST-02). */

const makeUpWindowView = z.object({
  id: z.string(),
  target: z.enum(["person", "organization", "region"]),
  targetId: z.string(),
  targetName: z.string(),
  year: z.number(),
  reason: z.string(),
  from: z.string(),
  to: z.string(),
  /** whether a declaration may be submitted by it today */
  open: z.boolean(),
  openedBy: z.string(),
  openedByOrganization: z.string(),
  openedAt: z.string(),
  closedAt: z.string().nullable(),
  closedBy: z.string().nullable(),
  closeReason: z.string().nullable(),
});

export const openMakeUpWindow = defineEndpoint({
  id: "openMakeUpWindow",
  method: "POST",
  path: "/make-up-windows",
  summary: "开放往年补报（人社部门，按人员、单位或区域）",
  access: "session",
  body: z.strictObject({
    target: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("person"), personId: id }),
      z.strictObject({ kind: z.literal("organization"), organizationId: id }),
      z.strictObject({ kind: z.literal("region"), regionCode }),
    ]),
    year,
    reason: text(500, 2),
    from: date,
    to: date,
  }),
  response: makeUpWindowView,
  errors: ["permission.denied", "person.not_found", "organization.not_found", "make_up_window.invalid"],
});

export const listMakeUpWindows = defineEndpoint({
  id: "listMakeUpWindows",
  method: "GET",
  path: "/make-up-windows",
  summary: "往年补报的开放记录，最近的在前",
  access: "session",
  query: z.strictObject({ ...paging, year: year.optional() }),
  response: pageOf(makeUpWindowView),
  errors: ["permission.denied"],
});

export const closeMakeUpWindow = defineEndpoint({
  id: "closeMakeUpWindow",
  method: "POST",
  path: "/make-up-windows/:id/closures",
  summary: "提前关闭往年补报",
  access: "session",
  params: idParams,
  body: z.strictObject({ reason: text(500, 2) }),
  response: done,
  errors: ["permission.denied", "make_up_window.not_found", "make_up_window.closed"],
});
