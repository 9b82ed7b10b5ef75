import type { Membership } from "../../models/membership.ts";
import type { Role } from "../../models/role.ts";
import type {
  addAdministrator,
  createRole,
  getAdministrator,
  listAdministrators,
  listRoles,
} from "../../shared/contracts/administrators.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import { maskPhone } from "../../shared/identity-number.ts";
import { type Module, modules } from "../../shared/modules.ts";
import type { CommandContext } from "../command-context.ts";
import { roleOfMembership } from "../queries/accounts/roles-of.ts";
import { type AdministratorRow, administratorRow } from "../queries/administrators/list-administrators.ts";

type View = ResponseOf<typeof addAdministrator>;

function presentRow({ membership, account, roleNames, departments }: AdministratorRow): View {
  return {
    id: membership._id,
    name: account.name,
    maskedIdNumber: account.maskedIdNumber,
    role: membership.role,
    isSuperAdministrator: membership.isSuperAdministrator,
    roleIds: membership.roleIds,
    roleNames,
    departments: departments.map(({ _id: id, name }) => ({ id, name })),
    status: membership.status,
    createdAt: membership.createdAt.toISOString(),
  };
}

/** A right that a command has just changed, with what names it. */
export async function presentAdministrator(membership: Membership): Promise<View> {
  return presentRow(await administratorRow(membership));
}

export function presentAdministrators(rows: AdministratorRow[]): ResponseOf<typeof listAdministrators> {
  return { rows: rows.map(presentRow) };
}

/** 管理员详细: how to reach him, and what he may do. The phone stays masked (QRY-07). */
export function presentAdministratorDetails(
  row: AdministratorRow,
  ctx: CommandContext,
): ResponseOf<typeof getAdministrator> {
  const { membership, account } = row;
  const { phoneCipher } = account;
  return {
    ...presentRow(row),
    organizationId: membership.organizationId,
    organizationName: membership.organizationName,
    maskedPhone: phoneCipher === null ? null : maskPhone(ctx.app.secrets.decrypt(phoneCipher)),
    email: account.email,
    landline: account.landline,
    lastLoginAt: account.lastLoginAt?.toISOString() ?? null,
    modules: named(roleOfMembership(membership).modules),
  };
}

export function presentRole(role: Role): ResponseOf<typeof createRole> {
  return { id: role._id, name: role.name, modules: role.modules };
}

export function presentRoles(result: {
  roles: Role[];
  available: readonly Module[];
}): ResponseOf<typeof listRoles> {
  return { rows: result.roles.map(presentRole), available: named(result.available) };
}

function named(granted: readonly Module[]): { module: string; name: string }[] {
  return granted.map((module) => ({ module, name: modules[module] }));
}
