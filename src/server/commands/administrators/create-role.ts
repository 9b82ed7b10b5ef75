import { RoleModel, type Role } from "../../../models/role.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { createRole as contract } from "../../../shared/contracts/administrators.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { modulesOfRole } from "../../../shared/modules.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import { recordAudit } from "../record-audit.ts";

/** 新增角色 (ROL-01). Nobody may grant a module that the organization itself lacks (ROL-04). */
export async function createRole(ctx: CommandContext, input: InputOf<typeof contract>): Promise<Role> {
  const actor = requireActor(ctx);
  requireModule(actor, "roles:manage");
  const available = new Set(modulesOfRole[actor.role]);
  const lacking = input.modules.filter((module) => !available.has(module));
  if (lacking.length > 0) throw new AppError("role.module_not_available", { modules: lacking.join("、") });
  const same = { organizationId: actor.organizationId, name: input.name };
  if ((await RoleModel.exists(same)) !== null) throw new AppError("role.exists", { name: input.name });
  const modules = [...new Set(input.modules)];
  const role: Role = { _id: ctx.newId(), ...same, modules, createdAt: ctx.clock.now(), version: 0 };
  await RoleModel.create([role]);
  await recordAudit(ctx, "role.created", { subjectId: role._id, data: { modules } });
  return role;
}
