import { AccountModel } from "../../../models/account.ts";
import { SessionModel } from "../../../models/session.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext } from "../../command-context.ts";

/** A new password: hashed before the transaction, set if `expectedHash` is still the stored one. */
export interface NewPassword {
  accountId: string;
  expectedHash: string | null;
  passwordHash: string;
  /** the session that goes on; every other one of the account ends */
  keepSessionId: string | null;
}

/** Sets a password, lifts lock and forced change, and ends the account's other sessions. */
export async function setPassword(ctx: CommandContext, change: NewPassword): Promise<void> {
  const { accountId, expectedHash, passwordHash, keepSessionId } = change;
  const set = await AccountModel.updateOne(
    { _id: accountId, passwordHash: expectedHash },
    {
      $set: {
        passwordHash,
        initialPassword: null,
        initialCodeHash: null,
        mustChangePassword: false,
        failedAttempts: 0,
        lockedUntil: null,
      },
      $inc: { version: 1 },
    },
  );
  if (set.matchedCount === 0) throw new AppError("request.conflict");
  await endSessions(ctx, accountId, keepSessionId);
}

/** Revokes an account's sessions, but the one that is to go on. */
export async function endSessions(
  ctx: CommandContext,
  accountId: string,
  keepSessionId: string | null,
): Promise<void> {
  await SessionModel.updateMany(
    { accountId, revokedAt: null, ...(keepSessionId === null ? {} : { _id: { $ne: keepSessionId } }) },
    { $set: { revokedAt: ctx.clock.now() } },
  );
}
