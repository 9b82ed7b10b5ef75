import { z } from "zod";
import type { Application } from "../../../models/application.ts";

/** What a transfer's application keeps (TRF-08). */
export const transferData = z.object({
  way: z.enum(["person", "employer"]),
  /** out of the province: the record is closed, nobody takes the person over (TRF-16) */
  outsidePlace: z.string().nullable(),
  /** 新部门, as applied for or as the new unit has chosen */
  departmentId: z.string().nullable(),
  departmentName: z.string().nullable(),
  /** 调转原因 */
  reason: z.string(),
  /** the diagram's step that refused it; null unless it was refused (TRF-07) */
  rejectedAt: z.string().nullable(),
  /** the right of a person whose unit asked for it, as it was then, and his objection (TRF-14); null without it */
  objection: z
    .object({
      days: z.number(),
      /** the last of them */
      until: z.string(),
      /** whether the transfer cannot be completed against it */
      blocks: z.boolean(),
      reason: z.string().nullable(),
      at: z.string().nullable(),
    })
    .nullable(),
});
export type TransferData = z.output<typeof transferData>;

export type Transfer = Application<TransferData>;

/** The diagram's step in which the new unit confirms. */
export const acceptStep = "accept";
