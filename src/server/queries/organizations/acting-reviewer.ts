import { type Organization, type OrganizationKind, OrganizationModel } from "../../../models/organization.ts";

/**
 * Who reviews what an organization ought to: itself, or, when it has no administrator, the nearest above that has one
 * and is of a kind that can (FLW-10). Null when nobody can: then an application would wait for ever.
 */
export async function actingReviewer(
  organization: Organization,
  kinds: readonly OrganizationKind[],
): Promise<Organization | null> {
  if (organization.hasAdministrator) return organization;
  const { ancestorIds } = organization;
  const above = await OrganizationModel.find({
    _id: { $in: ancestorIds },
    status: "active",
    hasAdministrator: true,
    kind: { $in: [...kinds] },
  }).lean();
  return above.toSorted((a, b) => ancestorIds.indexOf(a._id) - ancestorIds.indexOf(b._id))[0] ?? null;
}
