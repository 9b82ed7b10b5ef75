import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";

/**
 * An organization that something or somebody is about to join: a registration, a transfer, a new subordinate, an
 * import. It is written, not only read, so that a closure submitted at the same moment and the joining exclude each
 * other: a snapshot would show each of them the state before the other. Errors: `organization.not_found` (404) once it
 * is closed or merged, `organization.closing` (409) while its 注销/合并 is under way (DRG-04).
 */
export async function requireOpenOrganization(organizationId: string): Promise<Organization> {
  const open = await OrganizationModel.findOneAndUpdate(
    { _id: organizationId, status: "active", closureId: null },
    { $inc: { version: 1 } },
    { returnDocument: "after" },
  ).lean<Organization>();
  if (open !== null) return open;
  const found = await OrganizationModel.findById(organizationId, { name: 1, status: 1 }).lean();
  if (found === null || found.status !== "active") throw new AppError("organization.not_found");
  throw new AppError("organization.closing", { name: found.name });
}
