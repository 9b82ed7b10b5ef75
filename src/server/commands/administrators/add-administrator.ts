import { AccountModel } from "../../../models/account.ts";
import { MembershipModel } from "../../../models/membership.ts";
import { RoleModel, type Role } from "../../../models/role.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { addAdministrator as contract } from "../../../shared/contracts/administrators.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import type { AdministratorRow } from "../../queries/administrators/list-administrators.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { hashPassword } from "../../secrets.ts";
import { createAccount } from "../accounts/create-account.ts";
import { recordAudit } from "../record-audit.ts";

type Input = InputOf<typeof contract>;

/** 新增管理员 (ADM-01 – 03): hashes a given password first, then one transaction. */
export async function addAdministrator(ctx: CommandContext, input: Input): Promise<AdministratorRow> {
  const given = input.administrator.kind === "new" ? input.administrator.password : undefined;
  const passwordHash = given === undefined ? null : await hashPassword(given);
  return runCommand(ctx.app, callerOf(ctx), (step) => appoint(step, input, passwordHash));
}

async function appoint(
  ctx: CommandContext,
  input: Input,
  passwordHash: string | null,
): Promise<AdministratorRow> {
  const actor = requireActor(ctx);
  requireModule(actor, "administrators:manage");
  if (actor.role === "professional") throw new AppError("permission.denied");
  const roles = await rolesOf(actor, input.roleIds);
  const accountId = await accountOf(ctx, input, passwordHash);
  const right = { accountId, organizationId: actor.organizationId, role: actor.role };
  if ((await MembershipModel.exists(right)) !== null) throw new AppError("administrator.exists");
  const membership = {
    ...right,
    _id: ctx.newId(),
    organizationName: actor.organizationName,
    isSuperAdministrator: false,
    roleIds: roles.map((role) => role._id),
    modules: [...new Set(roles.flatMap((role) => role.modules))],
    status: "active" as const,
    createdAt: ctx.clock.now(),
    version: 0,
  };
  await MembershipModel.create([membership]);
  await recordAudit(ctx, "administrator.added", {
    subjectId: accountId,
    data: { membershipId: membership._id, roleIds: membership.roleIds },
  });
  const account = await AccountModel.findById(accountId).lean();
  if (account === null) throw new AppError("request.conflict");
  return { membership, account, roleNames: roles.map((role) => role.name) };
}

/** A role must exist before an administrator is added (ADM-02); another organization's does not exist. */
async function rolesOf(actor: Actor, roleIds: readonly string[]): Promise<Role[]> {
  const wanted = [...new Set(roleIds)];
  const roles = await RoleModel.find({ _id: { $in: wanted }, organizationId: actor.organizationId }).lean();
  if (roles.length !== wanted.length) throw new AppError("role.not_found");
  return roles;
}

async function accountOf(ctx: CommandContext, input: Input, passwordHash: string | null): Promise<string> {
  const { administrator } = input;
  const idNumberIndex = ctx.app.secrets.blindIndex(administrator.idNumber);
  const existing = await AccountModel.findOne({ idNumberIndex }, { _id: 1 }).lean();
  if (administrator.kind === "existing") {
    if (existing === null) throw new AppError("registration.not_user");
    return existing._id;
  }
  if (existing !== null) throw new AppError("registration.already_user");
  const { name, idNumber, phone, email } = administrator;
  return createAccount(ctx, { name, idNumber, phone, email: email ?? null, landline: null, passwordHash });
}
