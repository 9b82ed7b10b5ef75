import { type CreditEntry, CreditEntryModel } from "../../../models/credit-entry.ts";
import { type Declaration, DeclarationModel } from "../../../models/declaration.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import { WorkflowInstance } from "../../../models/workflow-instance.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type revokeDeclaration as contract } from "../../../shared/contracts/declaration-changes.ts";
import { declarationStatusNames } from "../../../shared/contracts/declarations.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { maySeeDeclaration } from "../../permissions/declarations.ts";
import { authorizeRevocation } from "../../permissions/revocation.ts";
import { moveDeclaration } from "../declarations/move-declaration.ts";
import { tellPerson } from "../declarations/tell-person.ts";
import {
  type DeterminedPerson,
  determinedFields,
  determinePersonYear,
  ledgerFacts,
} from "../people/determine-person-year.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * 撤销认定 (APR-13): the hours of an approved declaration are reversed in the ledger, the person's year is determined
 * anew and its certificates follow (CRT-08). Errors: `declaration.not_found` (404) out of scope, `permission.denied`
 * unless the last approver or a bureau above it, `permission.self_review`, `declaration.not_revocable` (409).
 */
export async function revokeDeclaration(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const actor = requireActor(ctx);
  const declaration = await loadRevocable(actor, input.id);
  await moveDeclaration(declaration._id, "revoked", { reason: input.reason });
  const entries = await creditedBy(declaration);
  const reversed = { public: 0, professional: 0 };
  for (const entry of entries) reversed[entry.subject] -= entry.hours;
  const { personId, year } = declaration;
  const person = await PersonModel.findById(personId, determinedFields).lean<DeterminedPerson>();
  if (person === null) throw new Error(`person ${personId} of a credit does not exist`);
  const determined = await determinePersonYear(ctx, person, { year, added: reversed });
  await reverse(ctx, entries, ledgerFacts(determined));
  await tellPerson(ctx, { accountId: person.accountId, declaration }, "revoked");
  await recordAudit(ctx, "declaration.revoked", {
    subjectId: declaration._id,
    data: { year, hours: reversed, reason: input.reason },
  });
  return { ok: true };
}

async function loadRevocable(actor: Actor, id: string): Promise<Declaration> {
  const declaration = await DeclarationModel.findById(id, { trace: 0 }).lean<Declaration>();
  if (declaration === null || !maySeeDeclaration(actor, declaration))
    throw new AppError("declaration.not_found");
  const instance = await WorkflowInstance.findById(declaration.instanceId, { route: 1 }).lean();
  const last = instance?.route.at(-1)?.organizationId ?? "";
  const approver = await OrganizationModel.findById(last, { ancestorIds: 1 }).lean();
  authorizeRevocation(actor, declaration, approver);
  if (declaration.status !== "approved")
    throw new AppError("declaration.not_revocable", { status: declarationStatusNames[declaration.status] });
  return declaration;
}

function creditedBy({ _id, personId, year }: Declaration): Promise<CreditEntry[]> {
  return CreditEntryModel.find({
    personId,
    year,
    declarationId: _id,
    source: "declaration",
  }).lean<CreditEntry[]>();
}

/** Writes a reversing entry for each entry (NFR-03). */
async function reverse(
  ctx: CommandContext,
  entries: readonly CreditEntry[],
  yearFacts: CreditEntry["yearFacts"],
): Promise<void> {
  const now = ctx.clock.now();
  const reversals = entries.map((entry) => ({
    ...entry,
    _id: ctx.newId(),
    hours: -entry.hours,
    source: "reversal" as const,
    sourceName: "撤销认定",
    reversedEntryId: entry._id,
    yearFacts,
    creditedAt: now,
    version: 0,
  }));
  await CreditEntryModel.insertMany(reversals, { lean: true });
}
