import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";

/**
 * Makes everybody who changes the same organization's structure (administrators, roles, departments, data) take turns:
 * its row is written first, so of two transactions at once one waits for the other, or is repeated on what the other
 * left. Without it two could each pass a check that only holds once (ADM-09). Returns the row;
 * `organization.not_found` (404).
 */
export async function lockOrganization(organizationId: string): Promise<Organization> {
  const organization = await OrganizationModel.findOneAndUpdate(
    { _id: organizationId },
    { $inc: { version: 1 } },
    { returnDocument: "after" },
  ).lean<Organization>();
  if (organization === null) throw new AppError("organization.not_found");
  return organization;
}
