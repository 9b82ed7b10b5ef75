import { PersonModel } from "../../../models/person.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { findPerson as contract } from "../../../shared/contracts/people.ts";
import { yearOf } from "../../../shared/dates.ts";
import type { Module } from "../../../shared/modules.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { isOwnOrInScope, requireAnyModule } from "../../permissions/scope.ts";
import { type PersonOfYear, withYears } from "./list-people.ts";

/** Who asks for people at all, or chooses some for what he does (DEC-02, TRF-04). */
const lookingUp: readonly Module[] = [
  "people:query",
  "certificates:print",
  "declarations:submit",
  "plans:manage",
  "transfers:manage",
];

/** The person with exactly this ID number in the actor's scope, or null: whoever is outside does not exist. */
export async function findPerson(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<PersonOfYear | null> {
  const actor = requireActor(ctx);
  requireAnyModule(actor, lookingUp);
  const person = await PersonModel.findOne({
    idNumberIndex: ctx.app.secrets.blindIndex(input.idNumber),
  }).lean();
  if (person === null || !isOwnOrInScope(actor, { ...person, personId: person._id })) return null;
  const [row] = await withYears([person], input.year ?? yearOf(ctx.clock.now()));
  return row ?? null;
}
