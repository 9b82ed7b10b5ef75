import { type Account, AccountModel } from "../../../models/account.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import { maskPhone } from "../../../shared/identity-number.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { disabledDepartments } from "./list-people.ts";

export interface OwnProfile extends Pick<Account, "email" | "landline"> {
  person: Person;
  maskedPhone: string | null;
  departmentDisabled: boolean;
}

/**
 * The professional's own data, before he changes it (PER-05). `permission.denied` (403) in a role of administration,
 * `person.not_found` (404) when the record is closed.
 */
export async function getOwnProfile(ctx: CommandContext): Promise<OwnProfile> {
  const actor = requireActor(ctx);
  if (actor.role !== "professional") throw new AppError("permission.denied");
  const person = await PersonModel.findOne({ _id: actor.personId ?? "", status: "active" }).lean<Person>();
  if (person === null) throw new AppError("person.not_found");
  const account = await AccountModel.findById(person.accountId, {
    email: 1,
    landline: 1,
    phoneCipher: 1,
  }).lean();
  if (account === null) throw new Error(`account ${person.accountId} of a person does not exist`);
  const { email, landline, phoneCipher } = account;
  const disabled = await disabledDepartments([person]);
  return {
    person,
    email,
    landline,
    maskedPhone: phoneCipher === null ? null : maskPhone(ctx.app.secrets.decrypt(phoneCipher)),
    departmentDisabled: disabled.size > 0,
  };
}
