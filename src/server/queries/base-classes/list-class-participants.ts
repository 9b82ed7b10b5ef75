import { type ClassParticipant, ClassParticipantModel } from "../../../models/class-participant.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { listClassParticipants as contract } from "../../../shared/contracts/base-classes.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { getApplication } from "../applications/get-application.ts";
import type { Page } from "../page.ts";
import { readPage } from "../read-page.ts";

/** The roster of a class in its order, for whoever may see the class (else `application.not_found`, 404). */
export async function listClassParticipants(
  ctx: CommandContext,
  { id, status, page, pageSize }: InputOf<typeof contract>,
): Promise<Page<ClassParticipant>> {
  const { application } = await getApplication(ctx, { id });
  if (application.kind !== "base-class") throw new AppError("application.not_found");
  const filter = { applicationId: id, ...(status === undefined ? {} : { status }) };
  return await readPage(ClassParticipantModel, filter, { page, pageSize, sort: { row: 1 } });
}
