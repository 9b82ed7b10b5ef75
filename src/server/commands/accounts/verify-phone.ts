import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext } from "../../command-context.ts";
import { spendChallenge } from "./challenges.ts";
import { limitRate } from "../limit-rate.ts";

/**
 * Who answers what was sent to a phone has it (REG-30, PWD-02): returns the phone's blind index. The answer that every captcha of
 * a test server takes is none here. Errors: `captcha.wrong`, also for the digits of another phone; `request.too_many`.
 */
export async function verifyPhone(
  ctx: CommandContext,
  { phone, captchaId, captchaText }: { phone: string; captchaId: string; captchaText: string },
): Promise<string> {
  await limitRate(ctx, { action: "phone-verification", key: ctx.address, limit: 60, windowSeconds: 600 });
  const phoneIndex = ctx.app.secrets.blindIndex(phone);
  const given = { id: captchaId, kind: "captcha" as const, subject: "", answer: captchaText, phoneIndex };
  if (!(await spendChallenge(ctx, given))) throw new AppError("captcha.wrong");
  return phoneIndex;
}
