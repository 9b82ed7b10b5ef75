import { type Account, AccountModel } from "../../../models/account.ts";
import { type Membership, MembershipModel } from "../../../models/membership.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { RoleModel } from "../../../models/role.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireAnyModule } from "../../permissions/scope.ts";

export interface AdministratorRow {
  membership: Membership;
  account: Account;
  roleNames: string[];
}

const administratorLimit = 200;

/** Administrators of one's own organization, or of one below (ADM-01, SUB-01). */
export async function listAdministrators(
  ctx: CommandContext,
  input: { id: string },
): Promise<AdministratorRow[]> {
  const actor = requireActor(ctx);
  requireAnyModule(actor, ["administrators:manage", "subordinates:manage"]);
  const organization = await OrganizationModel.findById(input.id, { ancestorIds: 1 }).lean();
  const scope = organization === null ? [] : [organization._id, ...organization.ancestorIds];
  if (!scope.includes(actor.organizationId)) throw new AppError("organization.not_found");
  const memberships = await MembershipModel.find({ organizationId: input.id })
    .limit(administratorLimit)
    .lean();
  const accounts = await AccountModel.find({ _id: { $in: memberships.map((row) => row.accountId) } }).lean();
  const roles = await RoleModel.find({ organizationId: input.id }).limit(administratorLimit).lean();
  const accountById = new Map(accounts.map((account) => [account._id, account]));
  const roleNames = new Map(roles.map((role) => [role._id, role.name]));
  return memberships.flatMap((membership) => {
    const account = accountById.get(membership.accountId);
    const names = membership.roleIds
      .map((roleId) => roleNames.get(roleId))
      .filter((name) => name !== undefined);
    return account === undefined ? [] : [{ membership, account, roleNames: names }];
  });
}
