import type { CommandContext } from "../command-context.ts";
import { enqueue } from "./enqueue.ts";

/**
 * Sends a text to a phone, signed with the platform's name, once the command has committed. Until it is sent, number
 * and text are encrypted: either may say who somebody is.
 */
export async function textPhone(ctx: CommandContext, phone: string, text: string): Promise<void> {
  const { encrypt } = ctx.app.secrets;
  const textCipher = encrypt(`【${ctx.app.env.PLATFORM_NAME}】${text}`);
  await enqueue(ctx, "phone.send", { data: { phoneCipher: encrypt(phone), textCipher } });
}
