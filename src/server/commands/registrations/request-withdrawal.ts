import { AccountModel } from "../../../models/account.ts";
import { type Registration, RegistrationModel } from "../../../models/registration.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import {
  registrationStatusNames,
  type withdrawRegistration as contract,
} from "../../../shared/contracts/registrations.ts";
import type { CommandContext } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { passwordMatches } from "../../secrets.ts";
import { checkCaptcha } from "../accounts/check-captcha.ts";
import { lockMinutes, maxWrongPasswords, verifyPassword } from "../accounts/verify-password.ts";
import { limitRate } from "../limit-rate.ts";
import { stepInstance } from "../workflow/step-instance.ts";

/**
 * 撤回申请 (PRG-03, PRG-04): name, ID number and the password of the registration must be right. The withdrawal goes
 * through the diagram, so the reviewer's task ends with it.
 */
export async function requestWithdrawal(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  await limitRate(ctx, { action: "withdrawal", key: ctx.address, limit: 60, windowSeconds: 600 });
  await checkCaptcha(ctx, input);
  const registration = await RegistrationModel.findById(input.id).lean();
  const idNumberIndex = ctx.app.secrets.blindIndex(input.idNumber);
  if (
    registration === null ||
    registration.idNumberIndex !== idNumberIndex ||
    registration.applicantName !== input.name
  ) {
    throw new AppError("registration.not_found");
  }
  if (registration.status !== "pending") {
    throw new AppError("registration.not_pending", { status: registrationStatusNames[registration.status] });
  }
  await verifyApplicant(ctx, registration, input.password);
  return runCommand(ctx.app, callerOf(ctx), async (step) => {
    const actor = { accountId: registration.accountId ?? registration._id };
    const message = { kind: "message" as const, name: "withdraw", actor };
    await stepInstance(step, registration.instanceId, { input: message, comment: "" });
    return { ok: true };
  });
}

async function verifyApplicant(
  ctx: CommandContext,
  registration: Registration,
  password: string,
): Promise<void> {
  if (registration.passwordHash === null) {
    const account = await AccountModel.findById(registration.accountId).lean();
    if (account === null) throw new AppError("registration.not_found");
    await verifyPassword(ctx, account, password);
    return;
  }
  // There is no account to lock yet: the registration itself takes five guesses in a quarter of an hour.
  const windowSeconds = lockMinutes * 60;
  const rule = { action: "withdrawal-password", key: registration._id, windowSeconds };
  await limitRate(ctx, { ...rule, limit: maxWrongPasswords });
  if (!(await passwordMatches(password, registration.passwordHash)))
    throw new AppError("login.wrong_password");
}
