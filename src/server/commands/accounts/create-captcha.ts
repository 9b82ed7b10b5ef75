import svgCaptcha from "svg-captcha";
import type { CommandContext } from "../../command-context.ts";
import { limitRate } from "../limit-rate.ts";
import { keepChallenge } from "./challenges.ts";

const lifeSeconds = 300;

/** Draws a captcha: four characters, five minutes, one use, three attempts (LOG-02, LOG-12). */
export async function createCaptcha(ctx: CommandContext): Promise<{ captchaId: string; svg: string }> {
  await limitRate(ctx, { action: "captcha", key: ctx.address, limit: 120, windowSeconds: 60 });
  const drawn = svgCaptcha.create({
    size: 4,
    ignoreChars: "0oO1iIlLq9g",
    noise: 2,
    color: true,
    background: "#f5f7fa",
    width: 120,
    height: 40,
    fontSize: 46,
  });
  const captchaId = ctx.newId();
  await keepChallenge(ctx, { id: captchaId, kind: "captcha", subject: "", answer: drawn.text }, lifeSeconds);
  return { captchaId, svg: drawn.data };
}
