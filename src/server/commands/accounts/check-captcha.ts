import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext } from "../../command-context.ts";
import { spendChallenge } from "./challenges.ts";

/**
 * Throws `captcha.wrong` unless the text answers the captcha. Called before anything is said about an account
 * (LOG-12), and outside the transaction, so that a refusal has used the captcha.
 */
export async function checkCaptcha(
  ctx: CommandContext,
  given: { captchaId: string; captchaText: string },
): Promise<void> {
  const testAnswer = ctx.app.env.TEST_CAPTCHA;
  if (testAnswer !== undefined && given.captchaText === testAnswer) return;
  const right = await spendChallenge(ctx, {
    id: given.captchaId,
    kind: "captcha",
    subject: "",
    answer: given.captchaText,
  });
  if (!right) throw new AppError("captcha.wrong");
}
