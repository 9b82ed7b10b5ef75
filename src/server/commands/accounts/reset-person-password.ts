import { AccountModel } from "../../../models/account.ts";
import { MembershipModel } from "../../../models/membership.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { resetPersonPassword as contract } from "../../../shared/contracts/accounts.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizePasswordReset } from "../../permissions/accounts.ts";
import { notify } from "../notify.ts";
import { recordAudit } from "../record-audit.ts";
import { endSessions } from "./set-password.ts";

export const initialPasswordHours = 72;

/** When an initial password given now stops working. */
export function initialPasswordExpiry(now: Date): Date {
  return new Date(now.getTime() + initialPasswordHours * 3_600_000);
}

/**
 * Resets a person's password to the last six of the ID number: one use, 72 hours, change forced (PWD-03, PWD-08).
 * Ends the person's sessions, tells the person, and lifts a lock.
 */
export async function resetPersonPassword(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ ok: true; expiresAt: string }> {
  const actor = requireActor(ctx);
  const person = await PersonModel.findById(input.id).lean();
  if (person === null) throw new AppError("person.not_found");
  const memberships = await MembershipModel.find({ accountId: person.accountId, status: "active" }).lean();
  authorizePasswordReset(actor, person, memberships);
  const expiresAt = initialPasswordExpiry(ctx.clock.now());
  await AccountModel.updateOne(
    { _id: person.accountId },
    {
      $set: {
        passwordHash: null,
        initialPassword: { expiresAt },
        mustChangePassword: true,
        failedAttempts: 0,
        lockedUntil: null,
      },
      $inc: { version: 1 },
    },
  );
  await endSessions(ctx, person.accountId, null);
  await recordAudit(ctx, "password.reset_by_administrator", {
    subjectId: person.accountId,
    data: { personId: person._id },
  });
  await notify(ctx, person.accountId, {
    kind: "password",
    title: "登录密码已由单位管理员重置",
    text: `由「${actor.organizationName}」重置，初始密码为身份证号码后六位，须在${initialPasswordHours}小时内登录并修改。`,
    subjectId: person._id,
  });
  return { ok: true, expiresAt: expiresAt.toISOString() };
}
