import { timingSafeEqual } from "node:crypto";
import { type Account, AccountModel } from "../../../models/account.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { App, CommandContext } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { passwordMatches } from "../../secrets.ts";
import { recordAudit } from "../record-audit.ts";

export const maxWrongPasswords = 5;
export const lockMinutes = 15;

/** How a password was right: the account's own, or the one-time initial one. */
export type PasswordKind = "own" | "initial";

/**
 * Checks an account's password, outside a transaction because hashing takes tens of milliseconds. The fifth wrong
 * one in a row locks the account for 15 minutes (LOG-12). Throws `login.disabled`, `login.demonstration_only_here`,
 * `login.locked`, `login.initial_password_expired` or `login.wrong_password`; a wrong one is counted and audited in a
 * transaction of its own. Parallel guesses all count; the limit per ID number bounds how many run at once.
 */
export async function verifyPassword(
  ctx: CommandContext,
  account: Account,
  password: string,
): Promise<PasswordKind> {
  if (account.status === "disabled") throw new AppError("login.disabled");
  // Their password is printed on the start page: it must open nothing from another machine.
  if (account.demonstration && !ctx.loopback) throw new AppError("login.demonstration_only_here");
  refuseLocked(ctx, account);
  const kind = account.passwordHash === null ? "initial" : "own";
  if (kind === "initial" && !initialPasswordIsOpen(account, ctx.clock.now())) {
    throw new AppError("login.initial_password_expired");
  }
  const right =
    account.passwordHash === null
      ? isInitialPassword(ctx.app, account, password)
      : await passwordMatches(password, account.passwordHash);
  if (!right) {
    await runCommand(ctx.app, callerOf(ctx), (step) => countWrongPassword(step, account._id));
    throw new AppError("login.wrong_password");
  }
  await forgetWrongPasswords(account);
  return kind;
}

/** Only those that this check knew of: a lock that others caused meanwhile stays. */
async function forgetWrongPasswords({ _id, failedAttempts, lockedUntil }: Account): Promise<void> {
  if (failedAttempts === 0 && lockedUntil === null) return;
  await AccountModel.updateOne({ _id, lockedUntil }, { $set: { failedAttempts: 0, lockedUntil: null } });
}

/**
 * Whether this is an account's initial password: the last six of the ID number, X in upper case (PWD-03, PWD-09), or the
 * one-time code that was given in their place (PWD-08). Says nothing of whether it is still open.
 */
export function isInitialPassword(app: App, account: Initial, given: string): boolean {
  const code = account.initialCodeHash ?? null;
  const expected = code ?? app.secrets.decrypt(account.idNumberCipher).slice(-6);
  const actual = code === null ? given : initialCodeHash(app, account._id, given);
  const [left, right] = [Buffer.from(expected), Buffer.from(actual)];
  return left.length === right.length && timingSafeEqual(left, right);
}

type Initial = Pick<Account, "_id" | "idNumberCipher" | "initialCodeHash">;

/** A one-time code as it is kept; letters count in either case. */
export function initialCodeHash(app: App, accountId: string, code: string): string {
  return app.secrets.blindIndex(`initial-password|${accountId}|${code.trim().toUpperCase()}`);
}

function initialPasswordIsOpen(account: Account, now: Date): boolean {
  return account.initialPassword !== null && account.initialPassword.expiresAt > now;
}

function refuseLocked(ctx: CommandContext, account: Account): void {
  const leftMs = (account.lockedUntil?.getTime() ?? 0) - ctx.clock.now().getTime();
  if (leftMs > 0) throw new AppError("login.locked", { minutes: Math.ceil(leftMs / 60_000) });
}

/** Counts; the fifth locks and starts the count anew. One guarded update each, so parallel guesses all count. */
async function countWrongPassword(ctx: CommandContext, accountId: string): Promise<void> {
  const account = await AccountModel.findByIdAndUpdate(
    accountId,
    { $inc: { failedAttempts: 1 } },
    { returnDocument: "after" },
  ).lean();
  if (account === null) return;
  const locks = account.failedAttempts >= maxWrongPasswords;
  if (locks) {
    const lockedUntil = new Date(ctx.clock.now().getTime() + lockMinutes * 60_000);
    await AccountModel.updateOne({ _id: accountId }, { $set: { failedAttempts: 0, lockedUntil } });
  }
  const reason = locks ? "locked" : "wrong password";
  await recordAudit(ctx, "session.refused", { subjectId: accountId, data: { reason } });
}
