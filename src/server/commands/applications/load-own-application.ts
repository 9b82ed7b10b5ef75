import { type Application, type ApplicationKind, ApplicationModel } from "../../../models/application.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeApplicant } from "../../permissions/applications.ts";

/**
 * An application that the actor, or his organization, made; of one kind where `kind` is given.
 * `application.not_found` (404) when he may not see it, `permission.denied` (403) when it is not his.
 */
export async function loadOwnApplication<Data extends object>(
  ctx: CommandContext,
  applicationId: string,
  kind?: ApplicationKind,
): Promise<Application<Data>> {
  const application = await ApplicationModel.findById(applicationId).lean<Application>();
  if (application === null || (kind !== undefined && application.kind !== kind))
    throw new AppError("application.not_found");
  authorizeApplicant(requireActor(ctx), application);
  return application as Application<Data>;
}
