import { type Application, ApplicationModel } from "../../../models/application.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { personBlocks, requireNothingBlocks } from "../../queries/applications/blocking-items.ts";
import { moveApplication } from "../applications/move-application.ts";
import { closeOwnItems } from "./close-own-items.ts";
import { closePerson } from "./close-person.ts";
import type { DeregistrationData } from "./submit-deregistration.ts";

/**
 * Behind 「注销人员账号」: the record is closed, hours and certificates stay (PER-11, PER-12). What was declared or
 * applied for meanwhile must be finished first: `application.blocked` (409), and the bureau decides again later. What a
 * deceased had open himself is closed first (PER-13).
 */
export async function deregisterPerson(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const application = await ApplicationModel.findById(call.businessId).lean<
    Application<DeregistrationData>
  >();
  const person = await PersonModel.findById(application?.personId ?? "").lean<Person>();
  if (application === null || person === null) throw new AppError("application.not_found");
  const { case: closing } = application.data;
  if (closing === "deceased") await closeOwnItems(ctx, person._id, "申请人已去世");
  await closePerson(ctx, person, { closing, applicationId: application._id });
  await moveApplication(ctx, application._id, { status: "approved", reason: call.comment });
  // Last: the application itself no longer counts, and the written record keeps new items out.
  requireNothingBlocks(await personBlocks(person._id, { asker: "organization" }));
}
