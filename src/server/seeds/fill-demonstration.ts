import { AccountModel } from "../../models/account.ts";
import { AuditEventModel } from "../../models/audit-event.ts";
import { PersonModel } from "../../models/person.ts";
import { modulesOfRole } from "../../shared/modules.ts";
import type { App } from "../command-context.ts";
import { createAccount } from "../commands/accounts/create-account.ts";
import { addMembership } from "../commands/organizations/create-organization.ts";
import { recordAudit } from "../commands/record-audit.ts";
import {
  type DemonstrationAccount,
  demonstrationAccounts,
} from "../queries/platform/demonstration-accounts.ts";
import { hashPassword } from "../secrets.ts";
import { accountAs, actAs } from "./acting.ts";
import { demonstrationPassword, tileOf } from "./demonstration-people.ts";
import { createOperator } from "./ensure-operator.ts";
import { fillBureaus } from "./fill-bureaus.ts";
import { fillDeclarations } from "./fill-declarations.ts";
import { fillHistory } from "./fill-history.ts";
import { fillOrganizations } from "./fill-organizations.ts";
import { fillPeople } from "./fill-people.ts";

export { demonstrationAccounts } from "../queries/platform/demonstration-accounts.ts";

/**
 * Fills an empty database with the demonstration province, through commands only: bureaus of all regions, an
 * authority, a base, two employers, their people, and applications in every state. All its accounts are marked and
 * answer on loopback only. Fails loudly; a database that was filled in part is thrown away by the next start.
 */
export async function fillDemonstration(app: App): Promise<DemonstrationAccount[]> {
  const event = { subjectId: null, data: { seed: "demonstration" } };
  await actAs(app, null, (ctx) => recordAudit(ctx, "database.filling", event));
  const passwordHash = await hashPassword(demonstrationPassword);
  await actAs(app, null, (ctx) => createOperator(ctx, { ...tileOf("operator"), passwordHash }));
  const operator = await accountAs(app, tileOf("operator").idNumber, "operator");
  const bureaus = await fillBureaus(app, operator, passwordHash);
  await addStaff(app, bureaus.get("410000") ?? "", passwordHash);
  const organizations = await fillOrganizations(app, bureaus, passwordHash);
  await fillPeople(app, organizations, passwordHash);
  const star = await starOf(app);
  await fillHistory(app);
  await fillDeclarations(app, organizations, star);
  await actAs(app, null, async (ctx) => {
    await AccountModel.updateMany({}, { $set: { demonstration: true } });
    await recordAudit(ctx, "database.filled", event);
  });
  return demonstrationAccounts(app);
}

/**
 * True when a start was ended while it filled the database (Ctrl-C, a crash). Nobody has used such a database: a server
 * listens only when the filling is done.
 */
export async function isFilledInPart(): Promise<boolean> {
  const begun = await AuditEventModel.exists({ type: "database.filling" });
  return begun !== null && (await AuditEventModel.exists({ type: "database.filled" })) === null;
}

/** A policy officer and an auditor of the provincial bureau, each with an account of his own (GEN-05). */
async function addStaff(app: App, organizationId: string, passwordHash: string): Promise<void> {
  const contact = { phone: null, email: null, landline: null };
  const { organizationName } = await accountAs(app, tileOf("province-bureau").idNumber, "bureau");
  const organization = { _id: organizationId, name: organizationName };
  await actAs(app, null, async (ctx) => {
    for (const role of ["policy-officer", "auditor"] as const) {
      const { name, idNumber } = tileOf(role);
      const accountId = await createAccount(ctx, { name, idNumber, ...contact, passwordHash });
      const modules = [...modulesOfRole[role]];
      await addMembership(ctx, { accountId, organization, role, isSuperAdministrator: false, modules });
    }
  });
}

async function starOf(app: App) {
  const idNumberIndex = app.secrets.blindIndex(tileOf("professional").idNumber);
  const person = await PersonModel.findOne({ idNumberIndex }).lean();
  if (person === null) throw new Error("the demonstration's professional was not registered");
  return person;
}
