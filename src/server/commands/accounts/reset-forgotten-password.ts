import { AccountModel } from "../../../models/account.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { resetForgottenPassword as contract } from "../../../shared/contracts/accounts.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { hashPassword } from "../../secrets.ts";
import { limitRate } from "../limit-rate.ts";
import { notify } from "../notify.ts";
import { recordAudit } from "../record-audit.ts";
import { spendChallenge } from "./challenges.ts";
import { setPassword } from "./set-password.ts";

/** Sets a new password by ID number, phone and the code sent to it (PWD-02); all sessions of the account end. */
export async function resetForgottenPassword(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const { secrets } = ctx.app;
  await limitRate(ctx, { action: "reset-password", key: ctx.address, limit: 30, windowSeconds: 600 });
  const idNumberIndex = secrets.blindIndex(input.idNumber);
  const phoneIndex = secrets.blindIndex(input.phone);
  const right = await spendChallenge(ctx, {
    id: input.phoneCodeId,
    kind: "phone-code",
    subject: `${idNumberIndex}|${phoneIndex}`,
    answer: input.code,
  });
  const account = right ? await AccountModel.findOne({ idNumberIndex }).lean() : null;
  if (account === null || account.phoneIndex !== phoneIndex || account.status !== "active") {
    throw new AppError("password.wrong_code");
  }
  if (account.demonstration && !ctx.loopback) throw new AppError("password.wrong_code");
  const passwordHash = await hashPassword(input.newPassword);
  return runCommand(ctx.app, callerOf(ctx), async (step) => {
    const { _id: accountId, passwordHash: expectedHash } = account;
    await setPassword(step, { accountId, expectedHash, passwordHash, keepSessionId: null });
    await recordAudit(step, "password.reset_by_phone", { subjectId: accountId, data: {} });
    await notify(step, accountId, {
      kind: "password",
      title: "登录密码已通过手机验证重新设置",
      text: "如非本人操作，请立即联系单位管理员。",
      subjectId: null,
    });
    return { ok: true };
  });
}
