import { randomInt } from "node:crypto";
import { AccountModel } from "../../models/account.ts";
import { readableCode } from "../../shared/ids.ts";
import type { App, CommandContext } from "../command-context.ts";
import { createAccount } from "../commands/accounts/create-account.ts";
import { addMembership, createOrganization } from "../commands/organizations/create-organization.ts";
import { runCommand, systemCaller } from "../run-command.ts";
import { hashPassword } from "../secrets.ts";
import { identityNumber } from "./synthetic.ts";

/** The operator's account and what it signs in with. */
export interface OperatorAccount {
  name: string;
  idNumber: string;
  passwordHash: string;
}

/**
 * First start of a database without demonstration: makes one operator and returns its one-time password, to be
 * printed once and changed at the first login. The account number is synthetic: a real one is nobody's business
 * before the platform is set up.
 */
export async function ensureOperator(app: App): Promise<{ idNumber: string; password: string }> {
  const idNumber = identityNumber("410000", "1970-01-01", randomInt(1000));
  const password = `${readableCode(6)}-${readableCode(6)}`;
  const passwordHash = await hashPassword(password);
  await runCommand(app, systemCaller("first-start"), async (ctx) => {
    const accountId = await createOperator(ctx, { name: "平台运维", idNumber, passwordHash });
    await AccountModel.updateOne({ _id: accountId }, { $set: { mustChangePassword: true } });
  });
  return { idNumber, password };
}

/** The organization of the platform's operators, and its one administrator. Returns the account's id. */
export async function createOperator(ctx: CommandContext, operator: OperatorAccount): Promise<string> {
  const organization = await createOrganization(ctx, {
    kind: "operator",
    name: "平台运维",
    nature: "90",
    level: "20",
    phone: "—",
    industry: "I",
    regionCode: "410000",
    address: null,
    creditCode: null,
    scanFileId: null,
    bureauId: null,
    superior: null,
  });
  const accountId = await createAccount(ctx, { ...operator, phone: null, email: null, landline: null });
  const right = { accountId, organization, role: "operator" as const };
  await addMembership(ctx, { ...right, isSuperAdministrator: true, modules: [] });
  return accountId;
}
