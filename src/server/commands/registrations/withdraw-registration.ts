import type { CommandContext, ServiceCall } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { settleRegistration } from "./settle-registration.ts";

/** The command behind a withdrawal that the diagram let through: frees ID number and credit code (PRG-03). */
export async function withdrawRegistration(ctx: CommandContext, call: ServiceCall): Promise<void> {
  const registration = await settleRegistration(ctx, call.businessId, { status: "withdrawn", reason: null });
  const data = { kind: registration.kind };
  await recordAudit(ctx, "registration.withdrawn", { subjectId: registration._id, data });
}
