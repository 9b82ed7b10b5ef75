import { AccountModel } from "../../../models/account.ts";
import { MembershipModel } from "../../../models/membership.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { notify } from "../notify.ts";
import { endSessions } from "./set-password.ts";

const initialPasswordHours = 72;

/** When an initial password given now stops working. */
export function initialPasswordExpiry(now: Date): Date {
  return new Date(now.getTime() + initialPasswordHours * 3_600_000);
}

/**
 * Resets an account to its initial password, the last six of the ID number: one use, 72 hours, change forced (PWD-03,
 * PWD-08). Ends its sessions, lifts a lock, tells its owner (PWD-10); `subjectId` is what the message is about. Returns
 * when it stops working. `administrator.rights_elsewhere` (403) when the account has rights that the actor is not over:
 * whoever knows the ID number can sign in with a password that he has reset.
 */
export async function resetToInitialPassword(
  ctx: CommandContext,
  accountId: string,
  subjectId: string,
): Promise<Date> {
  const actor = requireActor(ctx);
  await requireRightsWithin(actor, accountId);
  const expiresAt = initialPasswordExpiry(ctx.clock.now());
  const reset = { passwordHash: null, initialPassword: { expiresAt }, mustChangePassword: true };
  await AccountModel.updateOne(
    { _id: accountId },
    { $set: { ...reset, failedAttempts: 0, lockedUntil: null }, $inc: { version: 1 } },
  );
  await endSessions(ctx, accountId, null);
  await notify(ctx, accountId, {
    kind: "password.reset",
    title: "登录密码已由管理员重置",
    text: `由「${actor.organizationName}」重置，初始密码为身份证号码后六位，须在${initialPasswordHours}小时内登录并修改。`,
    subjectId,
  });
  return expiresAt;
}

/** The operator is over everybody but has no rights of his own to gain; others are over their tree. */
async function requireRightsWithin(actor: Actor, accountId: string): Promise<void> {
  if (actor.role === "operator") return;
  const own = actor.organizationId;
  const person = await PersonModel.findOne({ accountId, status: "active" }, { scopeIds: 1 }).lean();
  const memberships = await MembershipModel.find({ accountId, status: "active" }).lean();
  const elsewhere = memberships.map(({ organizationId }) => organizationId).filter((id) => id !== own);
  const inTree = { _id: { $in: elsewhere }, $or: [{ ancestorIds: own }, { bureauId: own }] };
  const within = elsewhere.length === 0 ? 0 : await OrganizationModel.countDocuments(inTree);
  const outside = within < new Set(elsewhere).size || person?.scopeIds.includes(own) === false;
  if (outside) throw new AppError("administrator.rights_elsewhere");
}
