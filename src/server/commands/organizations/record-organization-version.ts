import type { Organization } from "../../../models/organization.ts";
import {
  type OrganizationData,
  type OrganizationVersion,
  OrganizationVersionModel,
  versionedFields,
} from "../../../models/organization-version.ts";
import type { CommandContext } from "../../command-context.ts";

/**
 * Keeps what an organization is from now on (ORG-15), in the caller's transaction, after the change was written:
 * `organization` is its row as it now is. The version before ends at the same moment. Writes nothing when no kept
 * field differs. Of two writers at once one meets the unique number and is repeated or refused (`request.conflict`).
 */
export async function recordOrganizationVersion(
  ctx: CommandContext,
  organization: Organization,
): Promise<void> {
  const data = dataOf(organization);
  const before = await OrganizationVersionModel.findOne({ organizationId: organization._id })
    .sort({ number: -1 })
    .lean<OrganizationVersion>();
  if (before === null) {
    await write(ctx, { number: 1, data, changed: [], validFrom: organization.createdAt }, organization._id);
    return;
  }
  const changed = versionedFields.filter((field) => before.data[field] !== data[field]);
  if (changed.length === 0) return;
  const now = ctx.clock.now();
  await OrganizationVersionModel.updateOne({ _id: before._id }, { $set: { validTo: now } });
  await write(ctx, { number: before.number + 1, data, changed, validFrom: now }, organization._id);
}

async function write(
  ctx: CommandContext,
  next: Pick<OrganizationVersion, "number" | "data" | "changed" | "validFrom">,
  organizationId: string,
): Promise<void> {
  const changedByAccountId = ctx.actor?.accountId ?? null;
  const changedByName = ctx.actor?.name ?? "系统";
  const by = { changedByAccountId, changedByName };
  await OrganizationVersionModel.create([
    { _id: ctx.newId(), organizationId, ...next, validTo: null, ...by, version: 0 },
  ]);
}

function dataOf(organization: Organization): OrganizationData {
  return Object.fromEntries(
    versionedFields.map((field) => [field, organization[field] ?? null]),
  ) as unknown as OrganizationData;
}
