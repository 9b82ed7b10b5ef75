import { type Account, AccountModel } from "../../../models/account.ts";
import { MembershipModel } from "../../../models/membership.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import { readableCode } from "../../../shared/ids.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { notify } from "../notify.ts";
import { textPhone } from "../text-phone.ts";
import { endSessions } from "./set-password.ts";
import { initialCodeHash } from "./verify-password.ts";

const initialPasswordHours = 72;

/** When an initial password given now stops working. */
export function initialPasswordExpiry(now: Date): Date {
  return new Date(now.getTime() + initialPasswordHours * 3_600_000);
}

/** What an administrator is told of a reset: until when it is open, and how its owner comes by the password. */
export interface PasswordReset {
  ok: true;
  expiresAt: string;
  by: "id-number" | "phone" | "administrator";
  /** to be told to the owner, who has no phone on file; shown this once */
  code: string | null;
}

/**
 * Resets an account to an initial password: one use, 72 hours, change forced (PWD-03, PWD-08). It is the last six of the
 * ID number, or where the deployment wants that (`PASSWORD_RESET`) a random code, which goes to the owner's phone or,
 * when there is none, to the administrator. Ends its sessions, lifts a lock, tells its owner (PWD-10); `subjectId` is what
 * the message is about. `administrator.rights_elsewhere` (403) when the account has rights that the actor is not over:
 * whoever knows the password that he has reset can sign in with it.
 */
export async function resetToInitialPassword(
  ctx: CommandContext,
  accountId: string,
  subjectId: string,
): Promise<PasswordReset> {
  const actor = requireActor(ctx);
  await requireRightsWithin(actor, accountId);
  const expiresAt = initialPasswordExpiry(ctx.clock.now());
  const code = ctx.app.env.PASSWORD_RESET === "one-time-code" ? readableCode(8) : null;
  const reset = {
    passwordHash: null,
    initialPassword: { expiresAt },
    initialCodeHash: code === null ? null : initialCodeHash(ctx.app, accountId, code),
    mustChangePassword: true,
  };
  const account = await AccountModel.findOneAndUpdate(
    { _id: accountId },
    { $set: { ...reset, failedAttempts: 0, lockedUntil: null }, $inc: { version: 1 } },
    { returnDocument: "after" },
  ).lean<Account>();
  await endSessions(ctx, accountId, null);
  const phone = account?.phoneCipher ?? null;
  if (code !== null && phone !== null) await sendCode(ctx, phone, code);
  await notify(ctx, accountId, {
    kind: "password.reset",
    title: "登录密码已由管理员重置",
    text: `由「${actor.organizationName}」重置，${wayOf(code, phone)}，须在${initialPasswordHours}小时内登录并修改。`,
    subjectId,
  });
  const by = code === null ? "id-number" : phone === null ? "administrator" : "phone";
  return { ok: true, expiresAt: expiresAt.toISOString(), by, code: by === "administrator" ? code : null };
}

async function sendCode(ctx: CommandContext, phoneCipher: string, code: string): Promise<void> {
  const text = `登录密码已重置，一次性密码${code}，${initialPasswordHours}小时内有效，登录后须立即修改。请勿告知他人。`;
  await textPhone(ctx, ctx.app.secrets.decrypt(phoneCipher), text);
}

function wayOf(code: string | null, phone: string | null): string {
  if (code === null) return "初始密码为身份证号码后六位";
  return phone === null ? "一次性密码请向管理员索取" : "一次性密码已发送至登记手机号";
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
