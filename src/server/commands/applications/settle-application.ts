import { ApplicationModel } from "../../../models/application.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { moveApplication } from "./move-application.ts";

/** Behind `reject…` and `return…` service tasks: rejected with the reviewer's reason (AUD-07, APR-11). */
export async function rejectApplication(ctx: CommandContext, call: ServiceCall): Promise<void> {
  await moveApplication(ctx, call.businessId, { status: "rejected", reason: call.comment });
}

/** Behind `withdraw…` service tasks: withdrawn while under review, or given up after it was returned. */
export async function releaseApplication(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const application = await ApplicationModel.findById(call.businessId, { status: 1 }).lean();
  if (application === null) throw new AppError("application.not_found");
  const status = application.status === "rejected" ? "cancelled" : "withdrawn";
  await moveApplication(ctx, call.businessId, { status });
}
