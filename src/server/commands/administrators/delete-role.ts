import { MembershipModel } from "../../../models/membership.ts";
import { RoleModel } from "../../../models/role.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeGranting } from "../../permissions/administrators.ts";
import { lockOrganization } from "../organizations/lock-organization.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * 删除角色 that nobody has (ROL-02). Errors: `permission.denied`, `role.not_found`, `role.in_use` (409) with how many
 * have it.
 */
export async function deleteRole(ctx: CommandContext, input: { id: string }): Promise<{ ok: true }> {
  const actor = requireActor(ctx);
  authorizeGranting(actor, "roles:manage");
  const { organizationId } = actor;
  await lockOrganization(organizationId);
  const count = await MembershipModel.countDocuments({ organizationId, roleIds: input.id });
  const own = await RoleModel.exists({ _id: input.id, organizationId });
  if (own === null) throw new AppError("role.not_found");
  if (count > 0) throw new AppError("role.in_use", { count });
  await RoleModel.deleteOne({ _id: input.id });
  await recordAudit(ctx, "role.deleted", { subjectId: input.id, data: {} });
  return { ok: true };
}
