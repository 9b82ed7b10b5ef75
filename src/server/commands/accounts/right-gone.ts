import { MembershipModel } from "../../../models/membership.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { LoginRole } from "../../../shared/modules.ts";

/** More rights of one account in one role than this are not looked at: the message names one of them. */
const mostRights = 20;

/**
 * Why an account that had a role has it no more: its organization was closed or merged, or its right was disabled there
 * (LOG-10, ADM-07); null otherwise.
 */
export async function rightGone(accountId: string, role: LoginRole): Promise<AppError | null> {
  if (role === "professional") return null;
  const rights = await MembershipModel.find(
    { accountId, role, status: "disabled" },
    { organizationId: 1, organizationName: 1 },
  )
    .limit(mostRights)
    .lean();
  if (rights.length === 0) return null;
  const gone = await OrganizationModel.findOne(
    { _id: { $in: rights.map((right) => right.organizationId) }, status: { $ne: "active" } },
    { name: 1, status: 1, mergedIntoId: 1 },
  ).lean();
  if (gone === null) return new AppError("login.right_disabled", { name: rights[0]?.organizationName ?? "" });
  if (gone.status === "closed") return new AppError("login.organization_closed", { name: gone.name });
  const target = await OrganizationModel.findById(gone.mergedIntoId, { name: 1 }).lean();
  return new AppError("login.organization_merged", { name: gone.name, target: target?.name ?? null });
}
