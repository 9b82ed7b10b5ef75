import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { saveOrganizationData as contract } from "../../../shared/contracts/organizations.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import {
  type OrganizationDetails,
  organizationDetails,
  visibleOrganization,
} from "../../queries/organizations/get-organization.ts";
import { enqueue } from "../enqueue.ts";
import { recordAudit } from "../record-audit.ts";
import { lockOrganization } from "./lock-organization.ts";
import { recordOrganizationVersion } from "./record-organization-version.ts";

type Input = InputOf<typeof contract>;

const savable = [
  "phone",
  "address",
  "industry",
  "nature",
  "contactName",
  "contactPhone",
  "creditStandard",
  "reviewLimitWorkingDays",
] as const;

/**
 * 「保存」 of what an organization may say about itself without review (ORG-01, GEN-11): in effect at once, what it was
 * before stays as a version (ORG-15). Another industry decides its people's running year anew (REQ-06). Fields that are not given stay; saving what is already so changes nothing. Errors:
 * `permission.denied`, also for a superior (403); `organization.not_found` (404) outside of one's scope.
 */
export async function saveOrganizationData(ctx: CommandContext, input: Input): Promise<OrganizationDetails> {
  const actor = requireActor(ctx);
  await visibleOrganization(actor, input.id);
  if (actor.role === "professional" || input.id !== actor.organizationId)
    throw new AppError("permission.denied");
  requireModule(actor, "organization:edit");
  const before = await lockOrganization(input.id);
  const change = changeOf(before, input);
  const fields = Object.keys(change);
  if (fields.length === 0) return await organizationDetails(before);
  const after: Organization = { ...before, ...change };
  await OrganizationModel.updateOne({ _id: input.id }, { $set: change });
  await recordOrganizationVersion(ctx, after);
  if (change.industry !== undefined) await spreadIndustry(ctx, before, change.industry);
  await recordAudit(ctx, "organization.data_saved", { subjectId: input.id, data: { fields } });
  return await organizationDetails(after);
}

/** People's industry is their unit's; what follows for their years is a job's (REQ-06). */
async function spreadIndustry(
  ctx: CommandContext,
  { _id: organizationId, industry: before }: Organization,
  industry: string,
): Promise<void> {
  await PersonModel.updateMany({ organizationId }, { $set: { industry } });
  await enqueue(ctx, "organization.follow-industry", { data: { organizationId, before } });
}

function changeOf(before: Organization, input: Input): Partial<Organization> {
  const given = savable.flatMap((field) =>
    input[field] === undefined ? [] : [[field, input[field]] as const],
  );
  return Object.fromEntries(given.filter(([field, value]) => before[field] !== value));
}
