import { type Application, ApplicationModel } from "../../../models/application.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { listMergedPeople as contract } from "../../../shared/contracts/closures.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import type { ClosureData } from "../../commands/closures/submit-closure.ts";
import { maySeeApplication } from "../../permissions/applications.ts";
import type { Page } from "../page.ts";
import { readPage } from "../read-page.ts";

/**
 * The people whom a merger that is under review would take along (DRG-05), for whoever decides it: the target, which has
 * nothing else to do with them yet, above all. Once it has ended there is nobody to list: they are the target's own, or
 * stayed. `application.not_found` (404) for all whom the application does not concern, and for a 注销.
 */
export async function listMergedPeople(
  ctx: CommandContext,
  { id, page, pageSize }: InputOf<typeof contract>,
): Promise<Page<Person>> {
  const application = await ApplicationModel.findOne({
    _id: id,
    kind: "organization-closure",
    status: "pending",
  }).lean<Application>();
  if (application === null || !maySeeApplication(requireActor(ctx), application))
    throw new AppError("application.not_found");
  const { closureKind } = application.data as unknown as ClosureData;
  if (closureKind !== "merge") throw new AppError("application.not_found");
  const { organizationId } = application;
  return await readPage<Person>(
    PersonModel,
    { organizationId },
    { page, pageSize, sort: { name: 1, _id: 1 } },
  );
}
