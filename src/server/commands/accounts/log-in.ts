import { type Account, AccountModel } from "../../../models/account.ts";
import { type Registration, RegistrationModel } from "../../../models/registration.ts";
import { SessionModel } from "../../../models/session.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { logIn as contract } from "../../../shared/contracts/accounts.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { LoginRole } from "../../../shared/modules.ts";
import type { CommandContext } from "../../command-context.ts";
import { type AccountRole, rolesOf } from "../../queries/accounts/roles-of.ts";
import type { SessionState } from "../../queries/accounts/get-session.ts";
import { makeActor } from "../../queries/accounts/load-actor.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { signSessionToken } from "../../session-token.ts";
import { limitRate } from "../limit-rate.ts";
import { recordAudit } from "../record-audit.ts";
import { checkCaptcha } from "./check-captcha.ts";
import { recordClosed } from "./record-closed.ts";
import { rightGone } from "./right-gone.ts";
import { type PasswordKind, verifyPassword } from "./verify-password.ts";

/**
 * Starts a session (LOG-01). Refusals come in this order: captcha, unknown account (LOG-06), registration pending
 * (LOG-07) or rejected, unit or record closed or right disabled (LOG-10), role (LOG-08), disabled, demonstration from afar, lock,
 * password (LOG-12).
 */
export async function logIn(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<SessionState & { token: string }> {
  const index = ctx.app.secrets.blindIndex(input.idNumber);
  await limitRate(ctx, { action: "login", key: ctx.address, limit: 60, windowSeconds: 60 });
  await limitRate(ctx, { action: "login", key: index, limit: 20, windowSeconds: 60 });
  await checkCaptcha(ctx, input);
  const account = await AccountModel.findOne({ idNumberIndex: index }).lean();
  if (account === null) throw await refusalWithoutRole(index, null);
  const roles = await rolesOf(account._id);
  const role = roles.find((one) => one.role === input.role);
  if (role === undefined) {
    const refusal = await refusalWithoutRole(index, input.role);
    // Who has applied anew waits for that, whatever became of an earlier right.
    if (refusal.code === "login.pending") throw refusal;
    throw (
      (await rightGone(account._id, input.role)) ?? (await recordClosed(account._id, input.role)) ?? refusal
    );
  }
  const kind = await verifyPassword(ctx, account, input.password);
  const started = await runCommand(ctx.app, callerOf(ctx), (step) =>
    startSession(step, { account, role, roles, kind }),
  );
  return { ...started, token: signSessionToken(ctx.app.secrets, started.session._id) };
}

const kindsOfRole: Partial<Record<LoginRole, Registration["kind"]>> = {
  professional: "person",
  employer: "employer",
  authority: "authority",
  base: "base",
};

/** Why an ID number has no such role yet: its registration waits, was rejected, or there is none. */
async function refusalWithoutRole(idNumberIndex: string, role: LoginRole | null): Promise<AppError> {
  const kind = role === null ? undefined : kindsOfRole[role];
  if (role !== null && kind === undefined) return new AppError("login.wrong_role");
  const [latest] = await RegistrationModel.find({ idNumberIndex, ...(kind === undefined ? {} : { kind }) })
    .sort({ submittedAt: -1 })
    .limit(1)
    .lean();
  if (latest?.status === "pending") return new AppError("login.pending");
  if (latest?.status === "rejected") return new AppError("login.rejected", { reason: latest.reason });
  return new AppError(role === null ? "login.no_account" : "login.wrong_role");
}

interface Login {
  account: Account;
  role: AccountRole;
  roles: AccountRole[];
  kind: PasswordKind;
}

async function startSession(ctx: CommandContext, login: Login): Promise<SessionState> {
  const now = ctx.clock.now();
  const { account, role } = login;
  // Guarded by what was checked: a password that changed meanwhile, a lock, or an initial one used twice, loses.
  const unchanged = {
    _id: account._id,
    passwordHash: account.passwordHash,
    status: "active" as const,
    $or: [{ lockedUntil: null }, { lockedUntil: { $lte: now } }],
  };
  const once = login.kind === "initial" ? { "initialPassword.expiresAt": { $gt: now } } : {};
  const used = login.kind === "initial" ? { initialPassword: null, mustChangePassword: true } : {};
  const updated = await AccountModel.findOneAndUpdate(
    { ...unchanged, ...once },
    { $set: { lastLoginAt: now, lastLoginAddress: ctx.address, ...used } },
    { returnDocument: "after" },
  ).lean();
  if (updated === null) throw new AppError("request.conflict");
  const session = {
    _id: ctx.newId(),
    accountId: account._id,
    roleKey: role.key,
    personId: login.roles.find((one) => one.role === "professional")?.personId ?? null,
    previousLoginAt: account.lastLoginAt,
    previousLoginAddress: account.lastLoginAddress ?? null,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: new Date(now.getTime() + ctx.app.env.SESSION_IDLE_MINUTES * 60_000),
    revokedAt: null,
    version: 0,
  };
  await SessionModel.create([session]);
  // Signed in as of now: the event names the account itself, not "the system".
  const actor = makeActor(updated, session, role);
  await recordAudit({ ...ctx, actor }, "session.started", {
    subjectId: account._id,
    data: { role: role.role },
  });
  return { account: updated, session, role, roles: login.roles };
}
