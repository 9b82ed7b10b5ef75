import { AccountModel } from "../../../models/account.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import { yearOf } from "../../../shared/dates.ts";
import { maskPhone } from "../../../shared/identity-number.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { isOwnOrInScope } from "../../permissions/scope.ts";
import { type PersonOfYear, withYears } from "./list-people.ts";

/** A person whom the actor may see: himself, or somebody in an administrator's scope. Otherwise `person.not_found`. */
export async function loadVisiblePerson(ctx: CommandContext, idOrMe: string): Promise<Person> {
  const actor = requireActor(ctx);
  const personId = idOrMe === "me" ? actor.personId : idOrMe;
  const person = personId === null ? null : await PersonModel.findById(personId).lean();
  const allowed = actor.role === "professional" || actor.modules.has("people:query");
  if (person === null || !allowed || !isOwnOrInScope(actor, { ...person, personId: person._id })) {
    throw new AppError("person.not_found");
  }
  return person;
}

/** 人员详情. The phone stays masked: the whole of it is revealed by a command that is recorded (QRY-07). */
export async function getPerson(
  ctx: CommandContext,
  input: { id: string },
): Promise<PersonOfYear & { maskedPhone: string | null }> {
  const person = await loadVisiblePerson(ctx, input.id);
  const [row] = await withYears([person], yearOf(ctx.clock.now()));
  if (row === undefined) throw new AppError("person.not_found");
  const account = await AccountModel.findById(person.accountId, { phoneCipher: 1 }).lean();
  const cipher = account?.phoneCipher ?? null;
  return { ...row, maskedPhone: cipher === null ? null : maskPhone(ctx.app.secrets.decrypt(cipher)) };
}
