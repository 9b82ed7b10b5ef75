import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { rebuildPersonLedger as contract } from "../../../shared/contracts/ledger.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeOperation } from "../../permissions/instances.ts";
import { type LedgerCheck, settlePerson } from "../../queries/people/check-person-ledger.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * Makes the years of one person follow from the ledger again (OPS-04): sums, requirement, result and what hangs on them.
 * Hours themselves are not the operator's to change (OPS-03): no entry is written. Errors: `permission.denied` (403),
 * `person.not_found` (404), `ledger.nothing_to_rebuild` (409) when all years are right.
 */
export async function rebuildPersonLedger(
  ctx: CommandContext,
  { id, reason }: InputOf<typeof contract>,
): Promise<LedgerCheck> {
  authorizeOperation(requireActor(ctx));
  const settled = await settlePerson(ctx, id, { repair: true });
  if (settled.differences.length === 0) throw new AppError("ledger.nothing_to_rebuild");
  const years = settled.differences.map(({ year }) => year);
  await recordAudit(ctx, "ledger.rebuilt", { subjectId: id, data: { years, reason } });
  return settled;
}
