import { type Membership, MembershipModel } from "../../../models/membership.ts";
import { type GrantingLevel, type Organization, OrganizationModel } from "../../../models/organization.ts";
import type { CommandContext } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { recordOrganizationVersion } from "./record-organization-version.ts";

/** What an organization is made from; the tree's derived fields follow from its superior. */
export type NewOrganization = Pick<
  Organization,
  | "kind"
  | "name"
  | "nature"
  | "level"
  | "phone"
  | "industry"
  | "regionCode"
  | "address"
  | "creditCode"
  | "scanFileId"
  | "bureauId"
> & {
  superior: Pick<Organization, "_id" | "ancestorIds"> | null;
  grantingLevel?: GrantingLevel | null;
  sharedCreditCode?: string | null;
};

/** Adds a live organization below its superior, in the caller's transaction. A bureau is its own 同级人社. */
export async function createOrganization(ctx: CommandContext, given: NewOrganization): Promise<Organization> {
  const { superior, ...fields } = given;
  const _id = ctx.newId();
  const organization: Organization = {
    ...fields,
    _id,
    bureauId: given.kind === "bureau" ? _id : given.bureauId,
    superiorId: superior?._id ?? null,
    ancestorIds: superior === null ? [] : [superior._id, ...superior.ancestorIds],
    status: "active",
    reviewClosed: false,
    reviewClosedReason: null,
    hasAdministrator: true,
    contactName: null,
    contactPhone: null,
    creditStandard: null,
    reviewLimitWorkingDays: null,
    remindedAt: null,
    grantingLevel: given.grantingLevel ?? null,
    sharedCreditCode: given.sharedCreditCode ?? null,
    poolRegionCode: null,
    closureId: null,
    mergedIntoId: null,
    creditCodeReleasedAt: null,
    changeLeave: null,
    createdAt: ctx.clock.now(),
    closedAt: null,
    version: 0,
  };
  await OrganizationModel.create([organization]);
  await recordOrganizationVersion(ctx, organization);
  await recordAudit(ctx, "organization.created", {
    subjectId: _id,
    data: { kind: given.kind, regionCode: given.regionCode },
  });
  return organization;
}

/** Gives an account an administration right in an organization. */
export async function addMembership(
  ctx: CommandContext,
  given: Pick<Membership, "accountId" | "role" | "isSuperAdministrator" | "modules"> & {
    organization: Pick<Organization, "_id" | "name">;
  },
): Promise<string> {
  const { organization, ...fields } = given;
  const membership: Membership = {
    ...fields,
    _id: ctx.newId(),
    organizationId: organization._id,
    organizationName: organization.name,
    roleIds: [],
    status: "active",
    createdAt: ctx.clock.now(),
    version: 0,
  };
  await MembershipModel.create([membership]);
  return membership._id;
}
