import { type Application, ApplicationModel } from "../../../models/application.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { WorkflowInstance } from "../../../models/workflow-instance.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { revokeAdjustment as contract } from "../../../shared/contracts/adjustments.ts";
import { applicationStatusNames } from "../../../shared/contracts/applications.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { maySeeApplication } from "../../permissions/applications.ts";
import { authorizeRevocation } from "../../permissions/revocation.ts";
import { moveApplication } from "../applications/move-application.ts";
import { notify } from "../notify.ts";
import type { AdjustmentApplication } from "./adjustment-data.ts";
import { determineWith } from "./apply-adjustment.ts";

type Input = InputOf<typeof contract>;

/**
 * Takes back a proration that should not have been approved: the year is determined anew without it, certificates
 * follow, the person is told. Errors: `application.not_found` (404), `permission.denied` (403) unless the last
 * approver or a bureau above it, `permission.self_review` (403), `application.not_revocable` (409).
 */
export async function revokeAdjustment(ctx: CommandContext, input: Input): Promise<{ ok: true }> {
  const application = await loadRevocable(requireActor(ctx), input.id);
  const { _id, title, number } = application;
  const { reason } = input;
  await moveApplication(ctx, _id, { status: "revoked", reason });
  const { person } = await determineWith(ctx, application, { applicationId: _id, adjustments: [] });
  const text = `「${title}」（${number}）已撤销：${reason}`;
  const message = { kind: "application.revoked", title: "学时折算已撤销", text, subjectId: _id };
  for (const accountId of new Set([person.accountId, application.applicantAccountId]))
    await notify(ctx, accountId, message);
  return { ok: true };
}

async function loadRevocable(actor: Actor, id: string): Promise<AdjustmentApplication> {
  const application = await ApplicationModel.findById(id).lean<AdjustmentApplication & Application>();
  if (application === null || application.kind !== "adjustment" || !maySeeApplication(actor, application))
    throw new AppError("application.not_found");
  const instance = await WorkflowInstance.findById(application.instanceId, { route: 1 }).lean();
  const last = instance?.route.at(-1)?.organizationId ?? "";
  const approver = await OrganizationModel.findById(last, { ancestorIds: 1 }).lean();
  const { personId, applicantAccountId: declaredByAccountId } = application;
  authorizeRevocation(actor, { personId: personId ?? "", declaredByAccountId }, approver);
  if (application.status !== "approved")
    throw new AppError("application.not_revocable", { status: applicationStatusNames[application.status] });
  return application;
}
