import type { Registration } from "../../../models/registration.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { changeRegistrationSuperior as contract } from "../../../shared/contracts/registration-changes.ts";
import type { CommandContext } from "../../command-context.ts";
import { loadPendingOfApplicant } from "./load-pending-of-applicant.ts";
import { type OrganizationForm, type Receipt, submitOrganization } from "./register-organization.ts";
import { organizationData } from "./registration-data.ts";
import { replaceRegistration } from "./replace-registration.ts";

type Input = InputOf<typeof contract>;

/**
 * Changes the superior of a pending organization's registration in one step (PRG-09): withdraws it and submits the same
 * data to the new one, both or neither. Errors: as `loadPendingOfApplicant`; `registration.superior_invalid` (400), also
 * for a person's registration; `organization.closing`, `task.withdrawn` (409) when it was decided at this moment.
 */
export async function changeRegistrationSuperior(ctx: CommandContext, input: Input): Promise<Receipt> {
  const registration = await loadPendingOfApplicant(ctx, input);
  if (registration.kind === "person") throw new AppError("registration.superior_invalid");
  const form = formOf(registration, input);
  const { idNumber, superiorId } = input;
  return await replaceRegistration(ctx, { registration, idNumber, superiorId }, (step, applicant) =>
    submitOrganization(step, form, applicant),
  );
}

/** The form as it was sent in, with another superior. */
function formOf(
  registration: Registration,
  { superiorId, bureauId, idNumber, password, name }: Input,
): Omit<OrganizationForm, "captchaId" | "captchaText"> {
  if (registration.kind === "person") throw new AppError("registration.superior_invalid");
  const { email, landline, address, grantingLevel, ...data } = organizationData.parse(registration.data);
  const contact = {
    ...(email === null ? {} : { email }),
    ...(landline === null ? {} : { landline }),
  };
  return {
    ...data,
    kind: registration.kind,
    superiorId,
    bureauId,
    ...(address === null ? {} : { address }),
    ...(grantingLevel === null ? {} : { grantingLevel }),
    // Who applies is known; of the form's own words only these are kept with the registration.
    applicant: { kind: "new", idNumber, password, name, phone: "", ...contact },
  };
}
