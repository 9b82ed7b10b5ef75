import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { idParams, longText } from "./fields.ts";

/** A person's years against the ledger that they must follow from (OPS-04). Ledger entries themselves never change. */

const differences = z.object({
  /** years that ledger, absences or stored rows know */
  years: z.number(),
  differences: z.array(
    z.object({
      year: z.number(),
      /** what differs, in Chinese: stored → right */
      difference: z.string(),
    }),
  ),
});

export const checkPersonLedger = defineEndpoint({
  id: "checkPersonLedger",
  method: "GET",
  path: "/people/:id/ledger-check",
  summary: "运维预览：按学时明细重新核算该人员各年度，列出不一致之处",
  access: "session",
  params: idParams,
  response: differences,
  errors: ["permission.denied", "person.not_found"],
});

export const rebuildPersonLedger = defineEndpoint({
  id: "rebuildPersonLedger",
  method: "POST",
  path: "/people/:id/ledger-rebuilds",
  summary: "运维：按学时明细重新生成该人员不一致的年度汇总（不改动学时明细）",
  access: "session",
  params: idParams,
  body: z.strictObject({ reason: longText(500).min(2, "请填写原因") }),
  response: differences,
  errors: [
    "permission.denied",
    "person.not_found",
    "ledger.nothing_to_rebuild",
    "request.conflict",
    "request.idempotency_mismatch",
  ],
});
