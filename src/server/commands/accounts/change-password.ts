import { type Account, AccountModel } from "../../../models/account.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { changePassword as contract } from "../../../shared/contracts/accounts.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type App, type CommandContext, requireActor } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { hashPassword, passwordMatches } from "../../secrets.ts";
import { limitRate } from "../limit-rate.ts";
import { recordAudit } from "../record-audit.ts";
import { setPassword } from "./set-password.ts";
import { isInitialPassword } from "./verify-password.ts";

/** Changes the caller's password; the old one must be right (PWD-01). Other sessions of the account end. */
export async function changePassword(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const actor = requireActor(ctx);
  await limitRate(ctx, { action: "change-password", key: actor.accountId, limit: 10, windowSeconds: 600 });
  const account = await AccountModel.findById(actor.accountId).lean();
  if (account === null) throw new AppError("session.expired");
  if (!(await isOldPassword(ctx.app, account, input.oldPassword))) throw new AppError("password.wrong_old");
  if (input.newPassword === input.oldPassword) throw new AppError("password.same");
  const passwordHash = await hashPassword(input.newPassword);
  return runCommand(ctx.app, callerOf(ctx), async (step) => {
    const { accountId, sessionId: keepSessionId } = actor;
    await setPassword(step, { accountId, expectedHash: account.passwordHash, passwordHash, keepSessionId });
    await recordAudit(step, "password.changed", { subjectId: accountId, data: {} });
    return { ok: true };
  });
}

/** In a session begun with the initial password that one is the old one, though it opens no further session. */
async function isOldPassword(app: App, account: Account, given: string): Promise<boolean> {
  if (account.passwordHash !== null) return passwordMatches(given, account.passwordHash);
  return isInitialPassword(app, account, given);
}
