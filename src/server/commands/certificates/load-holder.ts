import { type Person, PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { isOwnOrInScope, requireModule } from "../../permissions/scope.ts";

/**
 * The person whose certificate is asked for: himself (`me`), or somebody in an administrator's scope who may print
 * (CRT-02, CRT-03). Anyone else does not exist.
 */
export async function loadHolder(ctx: CommandContext, idOrMe: string): Promise<Person> {
  const actor = requireActor(ctx);
  const personId = idOrMe === "me" ? actor.personId : idOrMe;
  const person = personId === null ? null : await PersonModel.findById(personId).lean();
  if (person === null || !isOwnOrInScope(actor, { ...person, personId: person._id })) {
    throw new AppError("person.not_found");
  }
  if (actor.role !== "professional") requireModule(actor, "certificates:print");
  return person;
}
