import { AccountModel } from "../../../models/account.ts";
import type { sendPhoneCode as contract } from "../../../shared/contracts/accounts.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { randomDigits } from "../../../shared/ids.ts";
import type { CommandContext } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { limitRate } from "../limit-rate.ts";
import { recordAudit } from "../record-audit.ts";
import { textPhone } from "../text-phone.ts";
import { keepChallenge } from "./challenges.ts";
import { checkCaptcha } from "./check-captcha.ts";

const lifeSeconds = 600;

/**
 * Sends a six-digit code to the phone of an account (PWD-02). The answer is the same whether or not ID number and
 * phone belong together; only when they do is anything sent.
 */
export async function sendPhoneCode(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ phoneCodeId: string; expiresInSeconds: number }> {
  const { secrets } = ctx.app;
  const idNumberIndex = secrets.blindIndex(input.idNumber);
  const phoneIndex = secrets.blindIndex(input.phone);
  await limitRate(ctx, { action: "phone-code", key: ctx.address, limit: 20, windowSeconds: 3600 });
  await checkCaptcha(ctx, input);
  await limitRate(ctx, { action: "phone-code", key: idNumberIndex, limit: 5, windowSeconds: 3600 });
  await limitRate(ctx, { action: "phone-code", key: phoneIndex, limit: 5, windowSeconds: 3600 });
  const phoneCodeId = ctx.newId();
  const code = randomDigits(6);
  const subject = `${idNumberIndex}|${phoneIndex}`;
  await keepChallenge(ctx, { id: phoneCodeId, kind: "phone-code", subject, answer: code }, lifeSeconds);
  const account = await AccountModel.findOne({ idNumberIndex }).lean();
  if (account?.phoneIndex === phoneIndex && account.status === "active") {
    const text = `验证码${code}，${lifeSeconds / 60}分钟内有效，用于找回登录密码。如非本人操作请忽略。`;
    await runCommand(ctx.app, callerOf(ctx), async (step) => {
      await textPhone(step, input.phone, text);
      await recordAudit(step, "password.phone_code_sent", { subjectId: account._id, data: {} });
    });
  }
  return { phoneCodeId, expiresInSeconds: lifeSeconds };
}
