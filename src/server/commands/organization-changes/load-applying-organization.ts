import { type ChangeLeave, type Organization, OrganizationModel } from "../../../models/organization.ts";
import type { WorkflowParty } from "../../../models/workflow-instance.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeApplying } from "../../permissions/applications.ts";
import { organizationBlocks, requireNothingBlocks } from "../../queries/applications/blocking-items.ts";
import { actingParty } from "../../queries/organizations/acting-party.ts";
import { requireNoneOpen } from "../applications/submit-application.ts";

/** Kinds of application that are about an organization itself. */
export type OrganizationKindOfApplication =
  | "organization-change"
  | "superior-change"
  | "organization-closure";

/**
 * One key for all that changes an organization: of a change of its data, of its superior, and its closure only one is
 * under way (ORG-06).
 */
export function organizationKey(organizationId: string): string {
  return `organization:${organizationId}`;
}

/**
 * The actor's own organization, for an application about it. `permission.denied` (403) unless he is its
 * super-administrator (ORG-04, ADM-11), `application.pending_exists` (409) while another one is under way.
 */
export async function loadApplyingOrganization(
  ctx: CommandContext,
  kind: OrganizationKindOfApplication,
): Promise<Organization> {
  const actor = requireActor(ctx);
  authorizeApplying(actor, kind);
  const organization = await OrganizationModel.findOne({
    _id: actor.organizationId,
    status: "active",
  }).lean<Organization>();
  if (organization === null) throw new AppError("permission.denied");
  await requireNoneOpen(organizationKey(organization._id));
  return organization;
}

/**
 * Whether an application of this kind has to wait until unfinished items are done (ORG-03, ORG-10): there are some, and
 * no bureau gave leave.
 */
export async function mustWait(
  { _id, changeLeave }: Organization,
  kind: ChangeLeave["kind"],
): Promise<boolean> {
  if (changeLeave?.kind === kind) return false;
  return (await organizationBlocks(_id)).length > 0;
}

/** What an application keeps of the leave that it used. */
export type UsedLeave = Pick<ChangeLeave, "reason" | "givenByOrganizationName">;

/**
 * Unfinished items stand in the way of a change (ORG-03) unless a bureau gave leave for it (ORG-10): the leave is used
 * up, and those items go on along the routes that they started on (FLW-09). Errors: `application.blocked` (409) with
 * all that blocks.
 */
export async function passBlocks(
  { _id, changeLeave }: Organization,
  kind: ChangeLeave["kind"],
): Promise<UsedLeave | null> {
  const items = await organizationBlocks(_id);
  if (items.length === 0) return null;
  if (changeLeave === null || changeLeave === undefined || changeLeave.kind !== kind) {
    requireNothingBlocks(items);
    return null;
  }
  const used = await OrganizationModel.updateOne(
    { _id, "changeLeave.kind": kind },
    { $set: { changeLeave: null }, $inc: { version: 1 } },
  );
  if (used.matchedCount === 0) throw new AppError("request.conflict");
  const { reason, givenByOrganizationName } = changeLeave;
  return { reason, givenByOrganizationName };
}

/**
 * Who reviews in the name of an organization's superior: it, or the nearest above that can (FLW-10).
 * `organization.no_reviewer` (409) for an organization at the top, which has nobody above.
 */
export async function superiorParty(
  applicantAccountId: string,
  { superiorId }: Pick<Organization, "superiorId">,
): Promise<WorkflowParty> {
  const superior = await OrganizationModel.findById(superiorId ?? "").lean<Organization>();
  if (superior === null) throw new AppError("organization.no_reviewer");
  return await partyOf(applicantAccountId, superior);
}

/** Who acts for an organization that reviews changes of others; never only the applicant himself (AUD-10). */
export async function partyOf(
  applicantAccountId: string,
  organization: Organization,
): Promise<WorkflowParty> {
  const own = [applicantAccountId];
  return (await actingParty(organization, { module: "changes:organizations", own })).party;
}
