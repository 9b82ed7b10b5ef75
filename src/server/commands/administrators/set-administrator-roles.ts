import { type Membership, MembershipModel } from "../../../models/membership.ts";
import { invalidFields } from "../../../shared/app-error.ts";
import type { setAdministratorRoles as contract } from "../../../shared/contracts/administrators.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { lockAdministrator } from "./load-administrator.ts";
import { modulesOfRoles, requireRoles } from "./require-roles.ts";
import { tellAdministrator } from "./tell-administrator.ts";

/**
 * Gives an administrator other roles, one or several (ADM-13); what they grant holds from the next request (ROL-05).
 * Errors as `lockAdministrator`; `role.not_found`; 400 for policy officers and auditors, whose rights are fixed.
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
  await MembershipModel.updateOne(
    { _id: membership._id },
    { $set: { roleIds, modules }, $inc: { version: 1 } },
  );
  await recordAudit(ctx, "administrator.roles_changed", {
    subjectId: membership.accountId,
    data: { membershipId: membership._id, roleIds },
  });
  await tellAdministrator(ctx, membership, "roles");
  return { ...membership, roleIds, modules };
}
