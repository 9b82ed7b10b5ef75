import { type Account, AccountModel } from "../../../models/account.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { Actor, CommandContext } from "../../command-context.ts";
import { verifyPassword } from "./verify-password.ts";

/**
 * The actor's account, once his own password has confirmed what he is about to do (ADM-05). A wrong one counts towards
 * the lock. Errors: `password.confirmation_wrong` (400), `login.locked` (401).
 */
export async function confirmPassword(ctx: CommandContext, actor: Actor, password: string): Promise<Account> {
  const account = await AccountModel.findById(actor.accountId).lean<Account>();
  if (account === null) throw new AppError("session.expired");
  try {
    await verifyPassword(ctx, account, password);
  } catch (error) {
    if (error instanceof AppError && error.code === "login.wrong_password")
      throw new AppError("password.confirmation_wrong");
    throw error;
  }
  return account;
}
