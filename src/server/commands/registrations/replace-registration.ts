import type { Registration } from "../../../models/registration.ts";
import type { CommandContext } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { recordAudit } from "../record-audit.ts";
import { stepInstance } from "../workflow/step-instance.ts";
import type { Receipt } from "./register-organization.ts";
import type { Applicant } from "./registration-data.ts";

/**
 * Withdraws a pending registration and submits it anew to another superior or unit, both or neither (PRG-09). The
 * applicant stays who he was, with the password that he chose. `task.withdrawn` (409) when it was decided meanwhile.
 */
export function replaceRegistration(
  ctx: CommandContext,
  {
    registration,
    idNumber,
    superiorId,
  }: { registration: Registration; idNumber: string; superiorId: string },
  submit: (step: CommandContext, applicant: Applicant) => Promise<Receipt>,
): Promise<Receipt> {
  return runCommand(ctx.app, callerOf(ctx), async (step) => {
    const actor = { accountId: registration.accountId ?? registration._id };
    const message = { kind: "message" as const, name: "withdraw", actor };
    await stepInstance(step, registration.instanceId, { input: message, comment: "" });
    const receipt = await submit(step, {
      name: registration.applicantName,
      idNumber,
      phone: registration.phoneCipher === null ? null : step.app.secrets.decrypt(registration.phoneCipher),
      passwordHash: registration.passwordHash,
      accountId: registration.accountId,
    });
    const data = { registrationId: receipt.registrationId, superiorId };
    await recordAudit(step, "registration.superior_changed", { subjectId: registration._id, data });
    return receipt;
  });
}
