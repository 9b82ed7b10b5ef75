import { type Account, AccountModel } from "../../../models/account.ts";
import { maskIdentityNumber } from "../../../shared/identity-number.ts";
import type { CommandContext } from "../../command-context.ts";
import { initialPasswordExpiry } from "./reset-to-initial-password.ts";

/** A natural person who gets an account. */
export interface NewAccount {
  name: string;
  idNumber: string;
  phone: string | null;
  email: string | null;
  landline: string | null;
  /** null: the initial password (last six of the ID number) opens it once within 72 hours (IMP-04) */
  passwordHash: string | null;
}

/**
 * Writes an account in the caller's transaction and returns its id. The caller has made sure that the ID number has
 * none yet; a race is stopped by the unique index.
 */
export async function createAccount(ctx: CommandContext, given: NewAccount): Promise<string> {
  const account = accountRow(ctx, given);
  await AccountModel.create([account]);
  return account._id;
}

/** The row of a new account, for callers that write many at once. */
export function accountRow(ctx: CommandContext, given: NewAccount): Account {
  const { secrets } = ctx.app;
  const now = ctx.clock.now();
  const { phone, passwordHash } = given;
  return {
    _id: ctx.newId(),
    name: given.name,
    idNumberCipher: secrets.encrypt(given.idNumber),
    idNumberIndex: secrets.blindIndex(given.idNumber),
    maskedIdNumber: maskIdentityNumber(given.idNumber),
    phoneCipher: phone === null ? null : secrets.encrypt(phone),
    phoneIndex: phone === null ? null : secrets.blindIndex(phone),
    email: given.email,
    landline: given.landline,
    passwordHash,
    initialPassword: passwordHash === null ? { expiresAt: initialPasswordExpiry(now) } : null,
    initialCodeHash: null,
    mustChangePassword: passwordHash === null,
    failedAttempts: 0,
    lockedUntil: null,
    status: "active",
    demonstration: false,
    lastLoginAt: null,
    lastLoginAddress: null,
    createdAt: now,
    version: 0,
  };
}
