import { type Role, RoleModel } from "../../../models/role.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { Module } from "../../../shared/modules.ts";

/** Roles of an organization by id; `role.not_found` (404) when one is not its own (ADM-02). */
export async function requireRoles(organizationId: string, roleIds: readonly string[]): Promise<Role[]> {
  const wanted = [...new Set(roleIds)];
  const roles = await RoleModel.find({ _id: { $in: wanted }, organizationId }).lean();
  if (roles.length !== wanted.length) throw new AppError("role.not_found");
  return roles;
}

/** What some roles grant together. */
export function modulesOfRoles(roles: readonly Role[]): Module[] {
  return [...new Set(roles.flatMap((role) => role.modules))];
}
