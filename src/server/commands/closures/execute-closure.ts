import type { Application } from "../../../models/application.ts";
import { MembershipModel } from "../../../models/membership.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { closureBlocks, requireNothingBlocks } from "../../queries/applications/blocking-items.ts";
import { moveApplication } from "../applications/move-application.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { recordOrganizationVersion } from "../organizations/record-organization-version.ts";
import { recordAudit } from "../record-audit.ts";
import { mergeOrganization } from "./merge-organization.ts";
import { requireOpenOrganization } from "./require-open-organization.ts";
import type { ClosureData } from "./submit-closure.ts";

/**
 * Behind the operator's 执行 (DRG-04): the organization is 已注销, or its people, departments and subordinates go to the
 * target and it is 已合并. Its administrators lose their rights at their next request (DRG-07); records are kept.
 * Errors: `application.blocked` (409) when something has come up since it was approved, `organization.closing` (409) or
 * `organization.not_found` (404) when the target is itself closing or gone.
 */
export async function executeClosure(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const application = await moveApplication<ClosureData>(ctx, call.businessId, {
    status: "approved",
    reason: call.comment,
  });
  const { organizationId, data } = application;
  const source = await OrganizationModel.findOneAndUpdate(
    { _id: organizationId, status: "active", closureId: application._id },
    { $inc: { version: 1 } },
    { returnDocument: "after" },
  ).lean<Organization>();
  if (source === null) throw new AppError("request.conflict");
  const { closureKind, targetId } = data;
  const asked = { closureKind, targetId, except: call.instanceId };
  requireNothingBlocks(await closureBlocks(ctx, organizationId, asked));
  if (data.targetId === null) await close(ctx, source, application);
  else await merge(ctx, source, { application, targetId: data.targetId });
}

async function close(
  ctx: CommandContext,
  source: Organization,
  application: Application<ClosureData>,
): Promise<void> {
  await endOrganization(ctx, source._id, { status: "closed" });
  const data = { applicationId: application._id };
  await recordAudit(ctx, "organization.closed", { subjectId: source._id, data });
}

async function merge(
  ctx: CommandContext,
  source: Organization,
  { application, targetId }: { application: Application<ClosureData>; targetId: string },
): Promise<void> {
  const target = await requireOpenOrganization(targetId);
  const moved = await mergeOrganization(ctx, source, target);
  await endOrganization(ctx, source._id, { status: "merged", mergedIntoId: targetId });
  await recordAudit(ctx, "organization.merged", {
    subjectId: source._id,
    data: { applicationId: application._id, targetId, ...moved },
  });
  await tellAdministrators(
    ctx,
    { organizationId: targetId, module: "organization:edit", item: null },
    {
      kind: "organization.merged",
      title: "单位合并已执行",
      text: `「${source.name}」已并入本单位：转入人员${moved.people}人、部门${moved.departments}个、下级单位${moved.subordinates}个、培训计划${moved.plans}个。`,
      subjectId: application._id,
    },
  );
}

async function endOrganization(
  ctx: CommandContext,
  organizationId: string,
  end: Pick<Organization, "status"> & Partial<Pick<Organization, "mergedIntoId">>,
): Promise<void> {
  const ended = await OrganizationModel.findByIdAndUpdate(
    organizationId,
    {
      $set: { ...end, closedAt: ctx.clock.now(), closureId: null, hasAdministrator: false },
      $inc: { version: 1 },
    },
    { returnDocument: "after" },
  ).lean<Organization>();
  if (ended === null) throw new AppError("request.conflict");
  await recordOrganizationVersion(ctx, ended);
  await MembershipModel.updateMany(
    { organizationId, status: "active" },
    { $set: { status: "disabled" }, $inc: { version: 1 } },
  );
}
