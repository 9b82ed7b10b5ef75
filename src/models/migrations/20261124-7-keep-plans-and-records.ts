import { MembershipModel } from "../membership.ts";
import { OrganizationModel } from "../organization.ts";
import { RoleModel } from "../role.ts";

/**
 * Training plans and the record of a unit's declarations are modules of their own now (ROL-03). Whoever declared for his
 * unit had both and keeps them; a base has no plans.
 */
export async function keepPlansAndRecords(): Promise<void> {
  const declares = { modules: "declarations:submit" as const };
  const bases = await OrganizationModel.distinct("_id", { kind: "base" });
  for (const [ofBase, modules] of [
    [{ $in: bases }, ["declarations:records" as const]],
    [{ $nin: bases }, ["plans:manage" as const, "declarations:records" as const]],
  ] as const) {
    const kept = { $addToSet: { modules: { $each: [...modules] } } };
    const whose = { ...declares, organizationId: ofBase };
    await RoleModel.updateMany(whose, kept);
    await MembershipModel.updateMany({ ...whose, isSuperAdministrator: false }, kept);
  }
}
