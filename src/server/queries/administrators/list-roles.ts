import { type Role, RoleModel } from "../../../models/role.ts";
import { type Module, modulesOfRole } from "../../../shared/modules.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireAnyModule } from "../../permissions/scope.ts";

const roleLimit = 200;

/** The roles of one's own organization, and the modules that it could grant (ROL-01, ROL-04). */
export async function listRoles(
  ctx: CommandContext,
): Promise<{ roles: Role[]; available: readonly Module[] }> {
  const actor = requireActor(ctx);
  requireAnyModule(actor, ["roles:manage", "administrators:manage"]);
  const roles = await RoleModel.find({ organizationId: actor.organizationId })
    .sort({ name: 1 })
    .limit(roleLimit)
    .lean();
  return { roles, available: modulesOfRole[actor.role] };
}
