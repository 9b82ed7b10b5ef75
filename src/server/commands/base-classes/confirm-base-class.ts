import { ApplicationModel } from "../../../models/application.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { moveApplication } from "../applications/move-application.ts";
import { enqueue } from "../enqueue.ts";
import type { BaseClass } from "./base-class.ts";

/**
 * Behind the service task `confirmBaseClass`: the class has the hours that the granting bureau set, or else those
 * proposed (CNV-01). Declarations of those who passed follow in a job: two thousand are too many for one transaction.
 */
export async function confirmBaseClass(ctx: CommandContext, { businessId }: ServiceCall): Promise<void> {
  const application = await ApplicationModel.findById(businessId, { data: 1 }).lean<
    Pick<BaseClass, "data">
  >();
  if (application === null) throw new AppError("application.not_found");
  const { data } = application;
  const hours = data.hours ?? data.proposedHours;
  await moveApplication(ctx, businessId, { status: "approved", change: { data: { ...data, hours } } });
  await enqueue(ctx, "class.declare", { data: { applicationId: businessId } });
}
