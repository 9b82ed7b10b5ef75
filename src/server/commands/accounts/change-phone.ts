import { AccountModel } from "../../../models/account.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { changePhone as contract } from "../../../shared/contracts/accounts.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { notify } from "../notify.ts";
import { recordAudit } from "../record-audit.ts";
import { verifyPhone } from "./verify-phone.ts";
import { textPhone } from "../text-phone.ts";
import { confirmPassword } from "./confirm-password.ts";

/**
 * Sets the phone that resets the caller's password (PWD-02): his own password confirms who he is, a code sent to the new
 * phone (`sendCaptchaCode`) that he has it. The former phone is told, so that its owner learns of a change that is not
 * his. Errors: `captcha.wrong`, `password.confirmation_wrong` (400), `login.locked` (401), `request.conflict`.
 */
export async function changePhone(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const actor = requireActor(ctx);
  const phoneIndex = await verifyPhone(ctx, input);
  const account = await confirmPassword(ctx, actor, input.password);
  const { encrypt, decrypt } = ctx.app.secrets;
  return runCommand(ctx.app, callerOf(ctx), async (step) => {
    const changed = await AccountModel.updateOne(
      { _id: account._id, phoneIndex: account.phoneIndex },
      { $set: { phoneCipher: encrypt(input.phone), phoneIndex }, $inc: { version: 1 } },
    );
    if (changed.matchedCount === 0) throw new AppError("request.conflict");
    await recordAudit(step, "account.phone_changed", { subjectId: account._id, data: {} });
    const text = "您账号的登记手机号已更换。如非本人操作，请立即修改密码并联系单位管理员。";
    await notify(step, account._id, {
      kind: "account.phone_changed",
      title: "登记手机号已更换",
      text,
      subjectId: null,
    });
    if (account.phoneCipher !== null) await textPhone(step, decrypt(account.phoneCipher), text);
    return { ok: true };
  });
}
