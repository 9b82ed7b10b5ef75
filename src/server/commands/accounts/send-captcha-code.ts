import type { sendCaptchaCode as contract } from "../../../shared/contracts/accounts.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { randomDigits } from "../../../shared/ids.ts";
import type { CommandContext } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { limitRate } from "../limit-rate.ts";
import { recordAudit } from "../record-audit.ts";
import { textPhone } from "../text-phone.ts";
import { keepChallenge } from "./challenges.ts";

const lifeSeconds = 600;

/**
 * The captcha for those who cannot read a picture (LOG-14): six digits, sent to a phone that the caller names, answered
 * like those of a picture wherever a captcha is asked. It says nothing about accounts: the phone need not be anybody's.
 * What the picture makes dear is dear here by the limits: 20 texts an hour of one address, five to one phone.
 */
export async function sendCaptchaCode(
  ctx: CommandContext,
  { phone }: InputOf<typeof contract>,
): Promise<{ captchaId: string; expiresInSeconds: number }> {
  const phoneIndex = ctx.app.secrets.blindIndex(phone);
  await limitRate(ctx, { action: "captcha-code", key: ctx.address, limit: 20, windowSeconds: 3600 });
  await limitRate(ctx, { action: "captcha-code", key: phoneIndex, limit: 5, windowSeconds: 3600 });
  const captchaId = ctx.newId();
  const answer = randomDigits(6);
  await keepChallenge(ctx, { id: captchaId, kind: "captcha", subject: "", answer, phoneIndex }, lifeSeconds);
  await runCommand(ctx.app, callerOf(ctx), async (step) => {
    const text = `验证码${answer}，${lifeSeconds / 60}分钟内有效，用于代替图片验证码。如非本人操作请忽略。`;
    await textPhone(step, phone, text);
    await recordAudit(step, "captcha.sent", { subjectId: captchaId, data: {} });
  });
  return { captchaId, expiresInSeconds: lifeSeconds };
}
