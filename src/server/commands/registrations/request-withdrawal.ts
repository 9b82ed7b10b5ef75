import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { withdrawRegistration as contract } from "../../../shared/contracts/registrations.ts";
import type { CommandContext } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { stepInstance } from "../workflow/step-instance.ts";
import { loadPendingOfApplicant } from "./load-pending-of-applicant.ts";

/**
 * 撤回申请 (PRG-03, PRG-04): name, ID number and the password of the registration must be right. The withdrawal goes
 * through the diagram, so the reviewer's task ends with it.
 */
export async function requestWithdrawal(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const registration = await loadPendingOfApplicant(ctx, input);
  return runCommand(ctx.app, callerOf(ctx), async (step) => {
    const actor = { accountId: registration.accountId ?? registration._id };
    const message = { kind: "message" as const, name: "withdraw", actor };
    await stepInstance(step, registration.instanceId, { input: message, comment: "" });
    return { ok: true };
  });
}
