import { AccountModel } from "../../../models/account.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { registerOrganization, registerPerson } from "../../../shared/contracts/registrations.ts";
import type { CommandContext } from "../../command-context.ts";
import { hashPassword } from "../../secrets.ts";
import { verifyPassword } from "../accounts/verify-password.ts";
import type { Applicant } from "./registration-data.ts";

type OrganizationApplicant = InputOf<typeof registerOrganization>["applicant"];

/**
 * The applicant of an organization (REG-14 – REG-18): an existing user proves the password, a new one gets it
 * hashed. The wrong choice of the two is refused with the hint to make the other. Runs outside the transaction.
 */
export async function organizationApplicant(
  ctx: CommandContext,
  given: OrganizationApplicant,
): Promise<Applicant> {
  const account = await findAccount(ctx, given.idNumber);
  if (given.kind === "new") {
    if (account !== null) throw new AppError("registration.already_user");
    const { name, idNumber, phone } = given;
    return { name, idNumber, phone, passwordHash: await hashPassword(given.password), accountId: null };
  }
  if (account === null) throw new AppError("registration.not_user");
  await verifyPassword(ctx, account, given.password);
  return existing(account, given.idNumber);
}

/**
 * A professional who registers himself. Somebody who is an administrator already becomes a professional with the
 * same account, whose password the form must then give (GEN-08); else it would be a way into another's account.
 */
export async function personApplicant(
  ctx: CommandContext,
  given: InputOf<typeof registerPerson>,
): Promise<Applicant> {
  const { name, idNumber, phone } = given;
  const account = await findAccount(ctx, idNumber);
  if (account === null) {
    return { name, idNumber, phone, passwordHash: await hashPassword(given.password), accountId: null };
  }
  await verifyPassword(ctx, account, given.password);
  return existing(account, idNumber);
}

function findAccount(ctx: CommandContext, idNumber: string) {
  return AccountModel.findOne({ idNumberIndex: ctx.app.secrets.blindIndex(idNumber) }).lean();
}

function existing(account: { _id: string; name: string }, idNumber: string): Applicant {
  return { name: account.name, idNumber, phone: null, passwordHash: null, accountId: account._id };
}
