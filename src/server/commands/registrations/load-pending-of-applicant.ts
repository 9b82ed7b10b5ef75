import { AccountModel } from "../../../models/account.ts";
import { type Registration, RegistrationModel } from "../../../models/registration.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext } from "../../command-context.ts";
import { passwordMatches } from "../../secrets.ts";
import { checkCaptcha } from "../accounts/check-captcha.ts";
import { lockMinutes, maxWrongPasswords, verifyPassword } from "../accounts/verify-password.ts";
import { limitRate } from "../limit-rate.ts";
import { notPending } from "./settle-registration.ts";

/** How somebody without a session shows that a registration is his. */
interface Credentials {
  id: string;
  name: string;
  idNumber: string;
  password: string;
  captchaId: string;
  captchaText: string;
}

/**
 * The pending registration of an applicant who has no session (PRG-03, PRG-09): captcha, name, ID number and the
 * password of the registration must be right. Errors: `captcha.wrong`, `registration.not_found`,
 * `registration.not_pending`, `login.wrong_password` and what a locked account answers, `request.too_many`.
 */
export async function loadPendingOfApplicant(ctx: CommandContext, input: Credentials): Promise<Registration> {
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
    throw await notPending(registration);
  }
  await verifyApplicant(ctx, registration, input.password);
  return registration;
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
