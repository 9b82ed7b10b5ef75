import type { Role } from "../../models/role.ts";
import type {
  addAdministrator,
  createRole,
  listAdministrators,
  listRoles,
} from "../../shared/contracts/administrators.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import { type Module, modules } from "../../shared/modules.ts";
import type { AdministratorRow } from "../queries/administrators/list-administrators.ts";

export function presentAdministrator({
  membership,
  account,
  roleNames,
}: AdministratorRow): ResponseOf<typeof addAdministrator> {
  return {
    id: membership._id,
    name: account.name,
    maskedIdNumber: account.maskedIdNumber,
    role: membership.role,
    isSuperAdministrator: membership.isSuperAdministrator,
    roleNames,
    status: membership.status,
  };
}

export function presentAdministrators(rows: AdministratorRow[]): ResponseOf<typeof listAdministrators> {
  return { rows: rows.map(presentAdministrator) };
}

export function presentRole(role: Role): ResponseOf<typeof createRole> {
  return { id: role._id, name: role.name, modules: role.modules };
}

export function presentRoles(result: {
  roles: Role[];
  available: readonly Module[];
}): ResponseOf<typeof listRoles> {
  return {
    rows: result.roles.map(presentRole),
    available: result.available.map((module) => ({ module, name: modules[module] })),
  };
}
