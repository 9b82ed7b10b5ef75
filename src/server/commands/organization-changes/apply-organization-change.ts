import { MembershipModel } from "../../../models/membership.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { PersonYearModel } from "../../../models/person-year.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import { yearOf } from "../../../shared/dates.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { moveApplication } from "../applications/move-application.ts";
import { recordOrganizationVersion } from "../organizations/record-organization-version.ts";
import { requireFreeCreditCode } from "../organizations/require-free-credit-code.ts";
import { recordAudit } from "../record-audit.ts";
import type { OrganizationChangeData } from "./submit-organization-change.ts";

/**
 * Behind the service task of an approved 修改单位信息: name, code and scan are the organization's from now on (ORG-04),
 * its earlier data stay as a version (ORG-15). People, their running year and administrators show the new name;
 * certificates that were issued, past years and decided items keep the old one (ORG-14). Errors:
 * `registration.credit_code_taken` (409) when somebody has taken the code meanwhile.
 */
export async function applyOrganizationChange(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const application = await moveApplication<OrganizationChangeData>(ctx, call.businessId, {
    status: "approved",
    reason: call.comment,
  });
  const { organizationId, data, attachments } = application;
  const changed = Object.fromEntries(data.changes.map((change) => [change.field, change.new]));
  if (changed["creditCode"] !== undefined) await requireFreeCreditCode(changed["creditCode"]);
  const scanFileId = attachments.find(({ key }) => key === "scan")?.fileId ?? null;
  const organization = await OrganizationModel.findOneAndUpdate(
    { _id: organizationId, status: "active" },
    { $set: { ...changed, ...ownCode(changed["creditCode"]), scanFileId }, $inc: { version: 1 } },
    { returnDocument: "after" },
  ).lean<Organization>();
  if (organization === null) throw new AppError("request.conflict");
  const code = data.changes.find(({ field }) => field === "creditCode");
  if (code !== undefined) await followCode(organizationId, code);
  await recordOrganizationVersion(ctx, organization);
  if (changed["name"] !== undefined) await spreadName(organization, yearOf(ctx.clock.now()));
  await recordAudit(ctx, "organization.changed", {
    subjectId: organizationId,
    data: { applicationId: application._id, mode: data.mode, fields: Object.keys(changed) },
  });
}

/** Whoever has a code of its own shares none any more. */
function ownCode(creditCode: string | undefined): Partial<Organization> {
  return creditCode === undefined ? {} : { sharedCreditCode: null };
}

/** Branches share the code that their superior has, also a new one (REG-23). */
async function followCode(superiorId: string, code: { old: string | null; new: string }): Promise<void> {
  if (code.old === null) return;
  await OrganizationModel.updateMany(
    { superiorId, sharedCreditCode: code.old, status: "active" },
    { $set: { sharedCreditCode: code.new }, $inc: { version: 1 } },
  );
}

/** Each update walks an index of its collection; past years keep the name that they were determined under. */
async function spreadName({ _id: organizationId, name }: Organization, currentYear: number): Promise<void> {
  const renamed = { $set: { organizationName: name } };
  await PersonModel.updateMany({ organizationId }, renamed);
  await MembershipModel.updateMany({ organizationId }, renamed);
  const running = { scopeIds: organizationId, year: { $gte: currentYear }, organizationId };
  await PersonYearModel.updateMany(running, renamed);
}
