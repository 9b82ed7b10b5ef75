import type { Registration } from "../../../models/registration.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { changeRegistrationUnit as contract } from "../../../shared/contracts/registration-changes.ts";
import type { CommandContext } from "../../command-context.ts";
import { loadPendingOfApplicant } from "./load-pending-of-applicant.ts";
import type { Receipt } from "./register-organization.ts";
import { type PersonForm, submitPerson } from "./register-person.ts";
import { personData } from "./registration-data.ts";
import { replaceRegistration } from "./replace-registration.ts";

type Input = InputOf<typeof contract>;

/**
 * Changes the unit of a person's pending registration in one step (PRG-06, PRG-09): withdraws it and submits the same
 * data to the new unit, both or neither. Errors: as `loadPendingOfApplicant`; `organization.not_found` (404), also for
 * an organization's registration; `department.unavailable` (400); `organization.closing`, `task.withdrawn` (409).
 */
export async function changeRegistrationUnit(ctx: CommandContext, input: Input): Promise<Receipt> {
  const registration = await loadPendingOfApplicant(ctx, input);
  if (registration.kind !== "person") throw new AppError("organization.not_found");
  const { idNumber, organizationId: superiorId } = input;
  return await replaceRegistration(ctx, { registration, idNumber, superiorId }, (step, applicant) =>
    submitPerson(step, formOf(registration, input), applicant),
  );
}

/** The form as it was sent in, with another unit. The phone is kept with the registration itself. */
function formOf(
  registration: Registration,
  { idNumber, name, organizationId, departmentId }: Input,
): PersonForm {
  const {
    organizationName: _name,
    departmentName: _department,
    ...data
  } = personData.parse(registration.data);
  const {
    email,
    sex,
    isAccountant,
    titleLevel,
    departmentId: _before,
    organizationId: _unit,
    ...rest
  } = data;
  return {
    idNumber,
    name,
    phone: "",
    email,
    sex,
    isAccountant,
    titleLevel,
    organizationId,
    ...(departmentId === undefined ? {} : { departmentId }),
    ...given(rest),
  };
}

/** What the form left empty is kept as null, and is left out again. */
function given<Fields extends Record<string, string | null>>(
  fields: Fields,
): { [Field in keyof Fields]?: NonNullable<Fields[Field]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as {
    [Field in keyof Fields]?: NonNullable<Fields[Field]>;
  };
}
