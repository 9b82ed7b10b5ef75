import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { moveApplication } from "../applications/move-application.ts";
import { requireOpenOrganization } from "../closures/require-open-organization.ts";
import { recordAudit } from "../record-audit.ts";
import { moveSubtree } from "./move-subtree.ts";
import { requireNoCycle, type SuperiorChangeData } from "./submit-superior-change.ts";

/**
 * Behind the service task that both superiors' approval reaches (ORG-09): the organization and all below it stand under
 * the new superior from now on, the old one no longer sees them (ORG-12). Credited hours do not change; what is under
 * review goes on along the route that it started on (ORG-13, FLW-09). Errors: `organization.superior_invalid` (400)
 * when the new superior has come below the organization meanwhile (ORG-11), `organization.closing` (409) when it is
 * about to be closed.
 */
export async function applySuperiorChange(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const application = await moveApplication<SuperiorChangeData>(ctx, call.businessId, {
    status: "approved",
    reason: call.comment,
  });
  const { organizationId, data } = application;
  const superior = await requireOpenOrganization(data.superiorId);
  const organization = await OrganizationModel.findOne({
    _id: organizationId,
    status: "active",
  }).lean<Organization>();
  if (organization === null) throw new AppError("request.conflict");
  requireNoCycle(organization, superior);
  const moved = await moveSubtree(ctx, organization, { superior, bureauId: data.bureauId });
  await recordAudit(ctx, "organization.superior_changed", {
    subjectId: organizationId,
    data: { applicationId: application._id, fromId: organization.superiorId, toId: superior._id, ...moved },
  });
}
