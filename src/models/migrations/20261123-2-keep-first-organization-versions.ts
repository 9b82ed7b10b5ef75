import { newId } from "../../shared/ids.ts";
import { type Organization, OrganizationModel } from "../organization.ts";
import { OrganizationVersionModel, versionedFields } from "../organization-version.ts";

/** Organizations that were there before versions were kept begin with what they are now (ORG-15). */
export async function keepFirstOrganizationVersions(): Promise<void> {
  for await (const organization of OrganizationModel.find().lean<Organization>().cursor()) {
    await keepFirst(organization);
  }
}

async function keepFirst(organization: Organization): Promise<void> {
  const organizationId = organization._id;
  if ((await OrganizationVersionModel.exists({ organizationId })) !== null) return;
  const data = Object.fromEntries(versionedFields.map((field) => [field, organization[field] ?? null]));
  const { createdAt: validFrom } = organization;
  const by = { changedByAccountId: null, changedByName: "系统" };
  const first = { organizationId, number: 1, data, changed: [], validFrom, validTo: null, ...by };
  await OrganizationVersionModel.create([{ _id: newId(validFrom), ...first, version: 0 }]);
}
