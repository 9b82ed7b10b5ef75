import { AccountModel } from "../../../models/account.ts";
import { MembershipModel } from "../../../models/membership.ts";
import { OrganizationModel } from "../../../models/organization.ts";

/**
 * Notes whether an organization still has somebody who can act for it: an active right of its own kind (a policy
 * officer or auditor reviews nothing) of an account that is not disabled. Routes pass over organizations without one
 * (FLW-10). To be called in the transaction that changed a right or an account, after the change; the organization is
 * locked, so that of two changes the later one sees what the earlier left.
 */
export async function noteAdministrators(organizationId: string): Promise<void> {
  const organization = await OrganizationModel.findById(organizationId, { kind: 1 }).lean();
  if (organization === null) return;
  const rights = { organizationId, role: organization.kind, status: "active" as const };
  const accountIds = await MembershipModel.distinct("accountId", rights);
  const active = await AccountModel.exists({ _id: { $in: accountIds }, status: "active" });
  await OrganizationModel.updateOne({ _id: organizationId }, { $set: { hasAdministrator: active !== null } });
}
