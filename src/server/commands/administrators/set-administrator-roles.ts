import { type Membership, MembershipModel } from "../../../models/membership.ts";
import { invalidFields } from "../../../shared/app-error.ts";
import type { setAdministratorRoles as contract } from "../../../shared/contracts/administrators.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { lockAdministrator } from "./load-administrator.ts";
import { requireDepartments } from "./require-departments.ts";
import { modulesOfRoles, requireRoles } from "./require-roles.ts";
import { tellAdministrator } from "./tell-administrator.ts";

/**
 * Gives an administrator other roles, one or several, and perhaps other departments to be limited to (ADM-13); it holds
 * from the next request (ROL-05). Errors as `lockAdministrator`; `role.not_found`, `department.not_found` (404); 400 for policy officers and auditors, whose rights are fixed.
 */
export async function setAdministratorRoles(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Membership> {
  const { actor, membership } = await lockAdministrator(ctx, input.id);
  if (membership.role !== actor.role)
    throw invalidFields([
      { path: "body.roleIds", message: "政策管理员和审计员的权限是固定的，不能分配角色" },
    ]);
  const roles = await requireRoles(actor.organizationId, input.roleIds);
  const roleIds = roles.map(({ _id }) => _id);
  const modules = modulesOfRoles(roles);
  const departmentIds =
    input.departmentIds === undefined
      ? (membership.departmentIds ?? [])
      : await requireDepartments(actor.organizationId, input.departmentIds);
  const changed = { roleIds, modules, departmentIds };
  await MembershipModel.updateOne({ _id: membership._id }, { $set: changed, $inc: { version: 1 } });
  await recordAudit(ctx, "administrator.roles_changed", {
    subjectId: membership.accountId,
    data: { membershipId: membership._id, roleIds, departmentIds },
  });
  await tellAdministrator(ctx, membership, "roles");
  return { ...membership, ...changed };
}
