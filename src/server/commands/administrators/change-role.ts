import { MembershipModel } from "../../../models/membership.ts";
import { RoleModel, type Role } from "../../../models/role.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { changeRole as contract } from "../../../shared/contracts/administrators.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeGranting } from "../../permissions/administrators.ts";
import { lockOrganization } from "../organizations/lock-organization.ts";
import { recordAudit } from "../record-audit.ts";
import { requireAvailableModules } from "./create-role.ts";
import { modulesOfRoles } from "./require-roles.ts";

/**
 * 编辑角色 (ROL-02): its name and modules; everybody who has it may do the new ones, and no others, from the next
 * request (ROL-05). Errors: `permission.denied`, `role.not_found`, `role.exists`, `role.module_not_available`.
 */
export async function changeRole(ctx: CommandContext, input: InputOf<typeof contract>): Promise<Role> {
  const actor = requireActor(ctx);
  authorizeGranting(actor, "roles:manage");
  const { organizationId } = actor;
  const { id, name } = input;
  const modules = requireAvailableModules(actor, input.modules);
  await lockOrganization(organizationId);
  const role = await RoleModel.findOne({ _id: id, organizationId }).lean();
  if (role === null) throw new AppError("role.not_found");
  const same = await RoleModel.exists({ organizationId, name, _id: { $ne: id } });
  if (same !== null) throw new AppError("role.exists", { name });
  await RoleModel.updateOne({ _id: id }, { $set: { name, modules }, $inc: { version: 1 } });
  const administrators = await regrant(organizationId, id);
  await recordAudit(ctx, "role.changed", { subjectId: id, data: { modules, administrators } });
  return { ...role, name, modules };
}

/** Memberships hold what their roles grant, so that a request reads one document: they follow here. */
async function regrant(organizationId: string, roleId: string): Promise<number> {
  const roles = await RoleModel.find({ organizationId }).lean();
  const memberships = await MembershipModel.find({ organizationId, roleIds: roleId }).lean();
  for (const { _id, roleIds } of memberships) {
    const modules = modulesOfRoles(roles.filter((role) => roleIds.includes(role._id)));
    await MembershipModel.updateOne({ _id }, { $set: { modules }, $inc: { version: 1 } });
  }
  return memberships.length;
}
