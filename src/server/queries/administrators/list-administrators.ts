import { type Account, AccountModel } from "../../../models/account.ts";
import { type Membership, MembershipModel } from "../../../models/membership.ts";
import { type Department, DepartmentModel } from "../../../models/department.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { RoleModel } from "../../../models/role.ts";
import { AppError } from "../../../shared/app-error.ts";
import { mostAdministrators, mostRoles } from "../../../shared/contracts/administrators.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { isAbove } from "../../permissions/administrators.ts";
import { requireAnyModule } from "../../permissions/scope.ts";

export interface AdministratorRow {
  membership: Membership;
  account: Account;
  roleNames: string[];
  departments: Pick<Department, "_id" | "name">[];
}

/** Administrators of one's own organization, or of one below (ADM-01, SUB-01); the super-administrator first. */
export async function listAdministrators(
  ctx: CommandContext,
  input: { id: string },
): Promise<AdministratorRow[]> {
  const actor = requireActor(ctx);
  requireAnyModule(actor, ["administrators:manage", "subordinates:manage"]);
  if (!(await maySeeAdministrators(actor, input.id))) throw new AppError("organization.not_found");
  const memberships = await MembershipModel.find({ organizationId: input.id })
    .sort({ isSuperAdministrator: -1, createdAt: 1 })
    .limit(mostAdministrators)
    .lean();
  return await administratorRows(memberships);
}

/** An administrator with account and role; `administrator.not_found` (404) outside of one's scope. */
export async function getAdministrator(
  ctx: CommandContext,
  input: { id: string },
): Promise<AdministratorRow> {
  const actor = requireActor(ctx);
  requireAnyModule(actor, ["administrators:manage", "subordinates:manage"]);
  const membership = await MembershipModel.findById(input.id).lean();
  if (membership === null || !(await maySeeAdministrators(actor, membership.organizationId)))
    throw new AppError("administrator.not_found");
  return await administratorRow(membership);
}

async function maySeeAdministrators(actor: Actor, organizationId: string): Promise<boolean> {
  if (organizationId === actor.organizationId) return true;
  const organization = await OrganizationModel.findById(organizationId).lean();
  return organization !== null && (actor.role === "operator" || isAbove(actor.organizationId, organization));
}

/** Completes a right to a row. */
export async function administratorRow(membership: Membership): Promise<AdministratorRow> {
  const [row] = await administratorRows([membership]);
  if (row === undefined) throw new AppError("administrator.not_found");
  return row;
}

/** Completes rights of one organization to rows: a read each for accounts, roles and departments. */
async function administratorRows(memberships: readonly Membership[]): Promise<AdministratorRow[]> {
  const accounts = await AccountModel.find({ _id: { $in: memberships.map((row) => row.accountId) } }).lean();
  const roles = await RoleModel.find({ _id: { $in: memberships.flatMap((row) => row.roleIds) } })
    .limit(mostRoles)
    .lean();
  const departments = await namedDepartments(memberships);
  const accountById = new Map(accounts.map((account) => [account._id, account]));
  const roleNames = new Map(roles.map((role) => [role._id, role.name]));
  const departmentsOf = ({ departmentIds = [] }: Membership) =>
    departments.filter(({ _id }) => departmentIds.includes(_id));
  return memberships.flatMap((membership) => {
    const account = accountById.get(membership.accountId);
    const names = membership.roleIds.flatMap((roleId) => roleNames.get(roleId) ?? []);
    return account === undefined
      ? []
      : [{ membership, account, roleNames: names, departments: departmentsOf(membership) }];
  });
}

async function namedDepartments(
  memberships: readonly Membership[],
): Promise<Pick<Department, "_id" | "name">[]> {
  const ids = [...new Set(memberships.flatMap(({ departmentIds = [] }) => departmentIds))];
  if (ids.length === 0) return [];
  return await DepartmentModel.find({ _id: { $in: ids } }, { name: 1 })
    .sort({ order: 1, name: 1 })
    .lean<Pick<Department, "_id" | "name">[]>();
}
