import { ApplicationModel } from "../../../models/application.ts";
import { type DeclarationLine, DeclarationModel } from "../../../models/declaration.ts";
import { PersonModel } from "../../../models/person.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { moveApplication } from "../applications/move-application.ts";
import { releaseApplication, rejectApplication } from "../applications/settle-application.ts";
import { creditDeclaration } from "../declarations/credit-hours.ts";
import { moveDeclarations } from "../declarations/move-declaration.ts";
import { tellPerson } from "../declarations/tell-person.ts";
import { type DeterminedPerson, determinedFields } from "../people/determine-person-year.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * Behind the service task `creditPlanHours`, reached after the last approval only: every participant's declaration is
 * approved and its hours enter the ledger once (PLN-05, PLN-10, FLW-13).
 */
export async function creditPlanHours(ctx: CommandContext, { businessId }: ServiceCall): Promise<void> {
  await moveApplication(ctx, businessId, { status: "approved" });
  const rows = await itemsOf(businessId);
  const decidedAt = ctx.clock.now();
  await moveDeclarations({ applicationId: businessId, from: "pending" }, "approved", { decidedAt });
  const ids = rows.map(({ personId }) => personId);
  const people = await PersonModel.find({ _id: { $in: ids } }, determinedFields).lean<DeterminedPerson[]>();
  const byId = new Map(people.map((person) => [person._id, person]));
  for (const row of rows) {
    const person = byId.get(row.personId);
    if (person === undefined) throw new Error(`person ${row.personId} of a credit does not exist`);
    await creditDeclaration(ctx, { ...row, status: "approved", decidedAt }, { person });
  }
}

/** Behind `returnPlanDeclaration`: the declaration and all its items are returned with the reason (APR-11). */
export async function returnPlanDeclaration(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const { businessId, comment: reason } = call;
  await rejectApplication(ctx, call);
  const rows = await itemsOf(businessId);
  const change = { reason, decidedAt: ctx.clock.now() };
  await moveDeclarations({ applicationId: businessId, from: "pending" }, "rejected", change);
  const accounts = await accountsOf(rows);
  for (const row of rows) {
    const accountId = accounts.get(row.personId);
    if (accountId !== undefined) await tellPerson(ctx, { accountId, declaration: row }, "rejected");
    await recordAudit(ctx, "declaration.rejected", { subjectId: row._id, data: { reason } });
  }
}

/** Behind `withdrawPlanDeclaration`: the items end with their declaration, so that the session may be declared again. */
export async function withdrawPlanDeclaration(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const { businessId: applicationId } = call;
  const before = await ApplicationModel.findById(applicationId, { status: 1 }).lean();
  await releaseApplication(ctx, call);
  const change = { decidedAt: ctx.clock.now() };
  if (before?.status === "rejected")
    await moveDeclarations({ applicationId, from: "rejected" }, "cancelled", change);
  else await moveDeclarations({ applicationId, from: "pending" }, "withdrawn", change);
}

async function itemsOf(applicationId: string): Promise<DeclarationLine[]> {
  const filter = { applicationId, status: "pending" as const };
  return await DeclarationModel.find(filter, { trace: 0 }).lean<DeclarationLine[]>();
}

async function accountsOf(rows: readonly DeclarationLine[]): Promise<Map<string, string>> {
  const ids = rows.map(({ personId }) => personId);
  const people = await PersonModel.find({ _id: { $in: ids } }, { accountId: 1 }).lean();
  return new Map(people.map(({ _id, accountId }) => [_id, accountId]));
}
