import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { notify } from "../notify.ts";
import { recordAudit } from "../record-audit.ts";
import { settleRegistration } from "./settle-registration.ts";

/** The command behind a rejection: frees ID number and credit code, keeps the reason for the applicant (REG-26). */
export async function rejectRegistration(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const end = { status: "rejected" as const, reason: call.comment };
  const registration = await settleRegistration(ctx, call.businessId, end);
  await recordAudit(ctx, "registration.rejected", {
    subjectId: registration._id,
    data: { kind: registration.kind, reason: call.comment },
  });
  if (registration.accountId === null) return;
  await notify(ctx, registration.accountId, {
    kind: "registration",
    title: "注册申请审核不通过",
    text: `您提交的「${registration.subjectName}」注册申请未通过审核，原因：${call.comment}`,
    subjectId: registration._id,
  });
}
