import { RoleModel, type Role } from "../../../models/role.ts";
import { AppError } from "../../../shared/app-error.ts";
import { mostRoles, type createRole as contract } from "../../../shared/contracts/administrators.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type Module, modules as moduleTitles, modulesOfRole } from "../../../shared/modules.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeGranting } from "../../permissions/administrators.ts";
import { lockOrganization } from "../organizations/lock-organization.ts";
import { recordAudit } from "../record-audit.ts";

/** 新增角色 (ROL-01). Nobody may grant a module that the organization itself lacks (ROL-04). */
export async function createRole(ctx: CommandContext, input: InputOf<typeof contract>): Promise<Role> {
  const actor = requireActor(ctx);
  authorizeGranting(actor, "roles:manage");
  const modules = requireAvailableModules(actor, input.modules);
  const { organizationId } = actor;
  await lockOrganization(organizationId);
  const roles = await RoleModel.find({ organizationId }, { name: 1 }).lean();
  if (roles.some(({ name }) => name === input.name)) throw new AppError("role.exists", { name: input.name });
  if (roles.length >= mostRoles) throw new AppError("role.too_many", { limit: mostRoles });
  const same = { organizationId, name: input.name };
  const role: Role = { _id: ctx.newId(), ...same, modules, createdAt: ctx.clock.now(), version: 0 };
  await RoleModel.create([role]);
  await recordAudit(ctx, "role.created", { subjectId: role._id, data: { modules } });
  return role;
}

/** Each module once; `role.module_not_available` (400) names those that the actor's organization lacks (ROL-04). */
export function requireAvailableModules(actor: Actor, wanted: readonly Module[]): Module[] {
  const available = new Set(modulesOfRole[actor.role]);
  const lacking = wanted.filter((module) => !available.has(module));
  if (lacking.length > 0)
    throw new AppError("role.module_not_available", {
      modules: lacking.map((module) => moduleTitles[module]).join("、"),
    });
  return [...new Set(wanted)];
}
