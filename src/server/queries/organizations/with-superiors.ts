import { type Organization, OrganizationModel } from "../../../models/organization.ts";

/** An organization and the name of the one above it. */
export interface OrganizationWithSuperior {
  organization: Organization;
  superiorName: string | null;
}

/** Adds the names of the superiors, in one read. */
export async function withSuperiors(
  organizations: readonly Organization[],
): Promise<OrganizationWithSuperior[]> {
  const ids = new Set(organizations.flatMap((one) => one.superiorId ?? []));
  const superiors =
    ids.size === 0 ? [] : await OrganizationModel.find({ _id: { $in: [...ids] } }, { name: 1 }).lean();
  const names = new Map(superiors.map((one) => [one._id, one.name]));
  return organizations.map((organization) => ({
    organization,
    superiorName: organization.superiorId === null ? null : (names.get(organization.superiorId) ?? null),
  }));
}
