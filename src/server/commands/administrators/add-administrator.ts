import { type Membership, MembershipModel } from "../../../models/membership.ts";
import type { Role } from "../../../models/role.ts";
import { AppError, invalidFields } from "../../../shared/app-error.ts";
import {
  type addAdministrator as contract,
  mostAdministrators,
} from "../../../shared/contracts/administrators.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { modulesOfRole } from "../../../shared/modules.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeGranting } from "../../permissions/administrators.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { hashPassword } from "../../secrets.ts";
import { lockOrganization } from "../organizations/lock-organization.ts";
import { recordAudit } from "../record-audit.ts";
import { appointedAccount } from "./appointed-account.ts";
import { noteAdministrators } from "./note-administrators.ts";
import { requireDepartments } from "./require-departments.ts";
import { modulesOfRoles, requireRoles } from "./require-roles.ts";
import { tellAdministrator } from "./tell-administrator.ts";

type Input = InputOf<typeof contract>;

/** 新增管理员 in the three ways (ADM-01 – 03): hashes a given password first, then one transaction. */
export async function addAdministrator(ctx: CommandContext, input: Input): Promise<Membership> {
  const given = input.administrator.kind === "new" ? input.administrator.password : undefined;
  const passwordHash = given === undefined ? null : await hashPassword(given);
  return runCommand(ctx.app, callerOf(ctx), (step) => appoint(step, input, passwordHash));
}

async function appoint(ctx: CommandContext, input: Input, passwordHash: string | null): Promise<Membership> {
  const actor = requireActor(ctx);
  authorizeGranting(actor, "administrators:manage");
  const { organizationId } = actor;
  await lockOrganization(organizationId);
  if ((await MembershipModel.countDocuments({ organizationId })) >= mostAdministrators)
    throw new AppError("administrator.too_many", { limit: mostAdministrators });
  const right = await rightOf(actor, input);
  const accountId = await appointedAccount(ctx, input.administrator, { organizationId, passwordHash });
  const { role } = right;
  if ((await MembershipModel.exists({ accountId, organizationId, role })) !== null)
    throw new AppError("administrator.exists");
  const membership: Membership = {
    ...right,
    _id: ctx.newId(),
    accountId,
    organizationId,
    organizationName: actor.organizationName,
    isSuperAdministrator: false,
    status: "active",
    createdAt: ctx.clock.now(),
    version: 0,
  };
  await MembershipModel.create([membership]);
  await noteAdministrators(organizationId);
  await recordAudit(ctx, "administrator.added", {
    subjectId: accountId,
    data: {
      membershipId: membership._id,
      roleIds: membership.roleIds,
      departmentIds: membership.departmentIds ?? [],
    },
  });
  await tellAdministrator(ctx, membership, "added");
  return membership;
}

/** What the new administrator may do, and for whom: his roles' word; of a policy officer or auditor, a bureau's only, it is fixed. */
async function rightOf(
  actor: Actor,
  { as, roleIds, departmentIds }: Input,
): Promise<Pick<Membership, "role" | "roleIds" | "modules" | "departmentIds">> {
  if (as !== "administrator") {
    if (actor.role !== "bureau") throw new AppError("permission.denied");
    if (departmentIds.length > 0)
      throw invalidFields([{ path: "body.departmentIds", message: "政策管理员和审计员不能限定部门" }]);
    return { role: as, roleIds: [], modules: [...modulesOfRole[as]] };
  }
  // A role must exist before an administrator is added (ADM-02).
  if (roleIds.length === 0) throw invalidFields([{ path: "body.roleIds", message: "请先选择角色" }]);
  const roles: Role[] = await requireRoles(actor.organizationId, roleIds);
  const limit = await requireDepartments(actor.organizationId, departmentIds);
  return {
    role: mainRole(actor),
    roleIds: roles.map(({ _id }) => _id),
    modules: modulesOfRoles(roles),
    ...(limit.length === 0 ? {} : { departmentIds: limit }),
  };
}

function mainRole(actor: Actor): Membership["role"] {
  if (actor.role === "professional") throw new AppError("permission.denied");
  return actor.role;
}
