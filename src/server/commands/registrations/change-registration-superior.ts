import type { Registration } from "../../../models/registration.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { changeRegistrationSuperior as contract } from "../../../shared/contracts/registration-changes.ts";
import type { CommandContext } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { recordAudit } from "../record-audit.ts";
import { stepInstance } from "../workflow/step-instance.ts";
import { loadPendingOfApplicant } from "./load-pending-of-applicant.ts";
import { type OrganizationForm, type Receipt, submitOrganization } from "./register-organization.ts";
import { organizationData } from "./registration-data.ts";

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
  return runCommand(ctx.app, callerOf(ctx), async (step) => {
    const actor = { accountId: registration.accountId ?? registration._id };
    const message = { kind: "message" as const, name: "withdraw", actor };
    await stepInstance(step, registration.instanceId, { input: message, comment: "" });
    const receipt = await submitOrganization(step, form, {
      name: registration.applicantName,
      idNumber: input.idNumber,
      phone: registration.phoneCipher === null ? null : step.app.secrets.decrypt(registration.phoneCipher),
      passwordHash: registration.passwordHash,
      accountId: registration.accountId,
    });
    const data = { registrationId: receipt.registrationId, superiorId: input.superiorId };
    await recordAudit(step, "registration.superior_changed", { subjectId: registration._id, data });
    return receipt;
  });
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
