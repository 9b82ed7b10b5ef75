import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { notify } from "../notify.ts";
import { recordAudit } from "../record-audit.ts";
import { textPhone } from "../text-phone.ts";
import { settleRegistration } from "./settle-registration.ts";

/**
 * The command behind a rejection: frees ID number and credit code, keeps the reason for the applicant (REG-26) and tells
 * it to him: within the platform, or on the phone that he gave when he has no account yet (NOT-01).
 */
export async function rejectRegistration(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const end = { status: "rejected" as const, reason: call.comment };
  const registration = await settleRegistration(ctx, call.businessId, end);
  await recordAudit(ctx, "registration.rejected", {
    subjectId: registration._id,
    data: { kind: registration.kind, reason: call.comment },
  });
  const title = "注册申请审核不通过";
  const text = `您提交的「${registration.subjectName}」注册申请（受理号${registration.receiptNumber}）未通过审核，原因：${call.comment}`;
  if (registration.accountId === null) {
    if (registration.phoneCipher !== null)
      await textPhone(ctx, ctx.app.secrets.decrypt(registration.phoneCipher), `${title}：${text}`);
  } else {
    const message = { kind: "registration", title, text, subjectId: registration._id };
    await notify(ctx, registration.accountId, message);
  }
}
