import { AccountModel } from "../../../models/account.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { Appointee } from "../../../shared/contracts/administrators.ts";
import type { CommandContext } from "../../command-context.ts";
import { createAccount } from "../accounts/create-account.ts";

/**
 * The account of somebody who is appointed (ADM-03): (a) one of the unit's own people, (b) a user by ID number, (c) a
 * new account, made here. Errors: `person.not_found` (404), `registration.not_user`, `registration.already_user` (409).
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
    return person.accountId;
  }
  const idNumberIndex = ctx.app.secrets.blindIndex(appointee.idNumber);
  const existing = await AccountModel.findOne({ idNumberIndex }, { _id: 1 }).lean();
  if (appointee.kind === "existing") {
    if (existing === null) throw new AppError("registration.not_user");
    return existing._id;
  }
  if (existing !== null) throw new AppError("registration.already_user");
  const { name, idNumber, phone, email } = appointee;
  return createAccount(ctx, { name, idNumber, phone, email: email ?? null, landline: null, passwordHash });
}
