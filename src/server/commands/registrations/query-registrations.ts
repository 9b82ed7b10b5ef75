import { RegistrationModel } from "../../../models/registration.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { queryRegistrations as contract } from "../../../shared/contracts/registrations.ts";
import type { CommandContext } from "../../command-context.ts";
import {
  type ReviewedRegistration,
  withReviewers,
} from "../../queries/registrations/registration-with-reviewer.ts";
import { checkCaptcha } from "../accounts/check-captcha.ts";
import { limitRate } from "../limit-rate.ts";

const latest = 20;

/**
 * 注册审核进度查询 (PRG-01 – PRG-08). A command, because it spends the captcha. The name and the ID number or the 受理号
 * (REG-28) must be those of the registration; a wrong pair and no registration are the same answer.
 */
export async function queryRegistrations(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<ReviewedRegistration[]> {
  const wanted = wantedBy(ctx, input);
  const key = wanted.idNumberIndex ?? wanted.receiptNumber ?? "";
  await limitRate(ctx, { action: "registration-query", key: ctx.address, limit: 60, windowSeconds: 600 });
  await limitRate(ctx, { action: "registration-query", key, limit: 20, windowSeconds: 600 });
  await checkCaptcha(ctx, input);
  const found = await RegistrationModel.find(wanted).sort({ submittedAt: -1 }).limit(latest).lean();
  const own = found.filter((registration) => registration.applicantName === input.name);
  if (own.length === 0) throw new AppError("registration.not_found");
  return withReviewers(own);
}

function wantedBy(
  ctx: CommandContext,
  { idNumber, receiptNumber }: InputOf<typeof contract>,
): { idNumberIndex?: string; receiptNumber?: string } {
  return {
    ...(idNumber === undefined ? {} : { idNumberIndex: ctx.app.secrets.blindIndex(idNumber) }),
    ...(receiptNumber === undefined ? {} : { receiptNumber }),
  };
}
