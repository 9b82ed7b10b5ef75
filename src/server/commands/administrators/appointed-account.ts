import { AccountModel } from "../../../models/account.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { Appointee } from "../../../shared/contracts/administrators.ts";
import type { CommandContext } from "../../command-context.ts";
import { createAccount } from "../accounts/create-account.ts";

/**
 * The account of somebody who is appointed (ADM-03): (a) one of the unit's own people, (b) a user by ID number, (c) a
 * new account, made here. Errors: `person.not_found` (404), `registration.not_user`, `registration.already_user` (409),
 * and that of `requireActiveAccount`.
 */
export async function appointedAccount(
  ctx: CommandContext,
  appointee: Appointee,
  { organizationId, passwordHash }: { organizationId: string; passwordHash: string | null },
): Promise<string> {
  if (appointee.kind === "person") {
    const own = { _id: appointee.personId, organizationId, status: "active" as const };
    const person = await PersonModel.findOne(own, { accountId: 1 }).lean();
    if (person === null) throw new AppError("person.not_found");
    return requireActiveAccount(person.accountId);
  }
  const idNumberIndex = ctx.app.secrets.blindIndex(appointee.idNumber);
  const existing = await AccountModel.findOne({ idNumberIndex }, { _id: 1 }).lean();
  if (appointee.kind === "existing") {
    if (existing === null) throw new AppError("registration.not_user");
    return requireActiveAccount(existing._id);
  }
  if (existing !== null) throw new AppError("registration.already_user");
  const { name, idNumber, phone, email } = appointee;
  return createAccount(ctx, { name, idNumber, phone, email: email ?? null, landline: null, passwordHash });
}

/**
 * Whoever nobody can sign in as (of a deceased, PER-13) administers nothing: `administrator.account_disabled` (409). The
 * account is written, so that it is not disabled at the same moment by somebody who does not see the new right.
 */
export async function requireActiveAccount(accountId: string): Promise<string> {
  const active = { _id: accountId, status: "active" as const };
  const found = await AccountModel.updateOne(active, { $inc: { version: 1 } });
  if (found.matchedCount === 0) throw new AppError("administrator.account_disabled");
  return accountId;
}
