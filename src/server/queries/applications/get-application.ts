import { type Application, ApplicationModel } from "../../../models/application.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { getApplication as contract } from "../../../shared/contracts/applications.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { maySeeApplication } from "../../permissions/applications.ts";
import { type ApplicationRow, applicationRows } from "./list-applications.ts";

/** One application for those whom it concerns; for all others it does not exist (`application.not_found`, 404). */
export async function getApplication(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<ApplicationRow> {
  const actor = requireActor(ctx);
  const application = await ApplicationModel.findById(input.id).lean<Application>();
  if (application === null || !maySeeApplication(actor, application))
    throw new AppError("application.not_found");
  const [row] = await applicationRows(actor, [application]);
  return row ?? { application, holderName: null, openElementId: null, decided: [] };
}
