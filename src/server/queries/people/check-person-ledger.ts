import { ApplicationModel } from "../../../models/application.ts";
import { CreditEntryModel } from "../../../models/credit-entry.ts";
import { PersonYearModel } from "../../../models/person-year.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { checkPersonLedger as contract } from "../../../shared/contracts/ledger.ts";
import type { InputOf, ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { settleYear } from "../../commands/credits/rebuild-ledger.ts";
import { authorizeOperation } from "../../permissions/instances.ts";
import { approvedAdjustments } from "./year-absences.ts";

/** Where a person's stored years do not follow from the ledger, year by year. */
export type LedgerCheck = ResponseOf<typeof contract>;

/**
 * What `rebuildPersonLedger` would change; nothing is written (OPS-04). `permission.denied` (403) for all but operators,
 * `person.not_found` (404).
 */
export async function checkPersonLedger(
  ctx: CommandContext,
  { id }: InputOf<typeof contract>,
): Promise<LedgerCheck> {
  authorizeOperation(requireActor(ctx));
  return await settlePerson(ctx, id, { repair: false });
}

/** Every year of a person held against the ledger, and with `repair` made to follow from it. */
export async function settlePerson(
  ctx: CommandContext,
  personId: string,
  { repair }: { repair: boolean },
): Promise<LedgerCheck> {
  if ((await PersonModel.exists({ _id: personId })) === null) throw new AppError("person.not_found");
  const years = await yearsOf(personId);
  const differences: LedgerCheck["differences"] = [];
  for (const year of years) {
    const found = await settleYear(ctx, { personId, year }, { repair });
    if (found !== null) differences.push({ year, difference: found.difference });
  }
  return { years: years.length, differences };
}

async function yearsOf(personId: string): Promise<number[]> {
  const known = [
    ...(await CreditEntryModel.distinct("year", { personId })),
    ...(await PersonYearModel.distinct("year", { personId })),
    ...(await ApplicationModel.distinct("year", { ...approvedAdjustments, personId })),
  ];
  return [...new Set(known.filter((year) => year !== null))].toSorted((a, b) => a - b);
}
