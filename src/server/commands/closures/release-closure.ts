import { ApplicationModel } from "../../../models/application.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { rejectApplication, releaseApplication } from "../applications/settle-application.ts";

/** Behind a rejected 注销/合并: the organization goes on as before (DRG-08). */
export async function rejectClosure(ctx: CommandContext, call: ServiceCall): Promise<void> {
  await rejectApplication(ctx, call);
  await endClosing(call.businessId);
}

/** Behind a withdrawn 注销/合并, which the applicant may do until it is executed (DRG-08). */
export async function withdrawClosure(ctx: CommandContext, call: ServiceCall): Promise<void> {
  await releaseApplication(ctx, call);
  await endClosing(call.businessId);
}

async function endClosing(closureId: string): Promise<void> {
  const application = await ApplicationModel.findById(closureId, { organizationId: 1 }).lean();
  if (application === null) throw new AppError("application.not_found");
  await OrganizationModel.updateOne(
    { _id: application.organizationId, closureId },
    { $set: { closureId: null }, $inc: { version: 1 } },
  );
}
