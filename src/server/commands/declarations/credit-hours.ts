import { type CreditEntry, CreditEntryModel } from "../../../models/credit-entry.ts";
import type { DeclarationLine } from "../../../models/declaration.ts";
import type { PersonYear } from "../../../models/person-year.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { insertLater } from "../../insert-later.ts";
import {
  type DeterminedPerson,
  determinePersonYear,
  ledgerFacts,
  loadPersonAndYear,
} from "../people/determine-person-year.ts";
import { recordAudit } from "../record-audit.ts";
import { moveDeclaration } from "./move-declaration.ts";
import { requireClassHours } from "./require-class.ts";
import { tellPerson } from "./tell-person.ts";

const subjects = ["public", "professional"] as const;

/**
 * Behind the service task `creditHours`, reached after the last approval only (APR-03): the declaration is approved,
 * its hours enter the ledger once (FLW-13), and the person's year is determined anew (REQ-08). Errors: as
 * `requireClassHours`.
 */
export async function creditHours(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const declaration = await moveDeclaration(call.businessId, "approved", {
    reason: null,
    decidedAt: ctx.clock.now(),
  });
  await requireClassHours(declaration);
  const { personId, year } = declaration;
  const found = await loadPersonAndYear(personId, year);
  if (found === null) throw new Error(`person ${personId} of a credit does not exist`);
  await creditDeclaration(ctx, declaration, found);
}

/**
 * Writes the hours of a declaration that has just been approved into the ledger and its person's year; `before` is that
 * year, where it has been read in this transaction.
 */
export async function creditDeclaration(
  ctx: CommandContext,
  declaration: DeclarationLine,
  { person, ...known }: { person: DeterminedPerson; before?: PersonYear | null },
): Promise<void> {
  const { year, hours, pack } = declaration;
  const determined = await determinePersonYear(ctx, person, { year, added: hours, ...known });
  for (const subject of subjects) {
    if (hours[subject] > 0)
      await insertLater(ctx, CreditEntryModel, {
        ...entryOf(ctx, declaration, subject),
        yearFacts: ledgerFacts(determined),
      });
  }
  await tellPerson(ctx, { accountId: person.accountId, declaration }, "approved");
  await recordAudit(ctx, "declaration.credited", {
    subjectId: declaration._id,
    data: { year, hours, pack: `${pack.id}@${pack.version}` },
  });
}

function entryOf(
  ctx: CommandContext,
  declaration: DeclarationLine,
  subject: (typeof subjects)[number],
): Omit<CreditEntry, "yearFacts"> {
  const { personId, year, title, form, formName, startDate, endDate, pack, facts } = declaration;
  const provider = [facts["organizer"], facts["baseName"], facts["institution"], facts["school"]].find(
    (value) => typeof value === "string",
  );
  return {
    _id: ctx.newId(),
    personId,
    year,
    subject,
    hours: declaration.hours[subject],
    title,
    form,
    source: "declaration",
    sourceName: (declaration.makeUpWindowId ?? null) === null ? formName : `${formName}（补报）`,
    declarationId: declaration._id,
    reversedEntryId: null,
    period: { from: startDate, to: endDate },
    provider: typeof provider === "string" ? provider : null,
    pack,
    creditedAt: ctx.clock.now(),
    version: 0,
  };
}
