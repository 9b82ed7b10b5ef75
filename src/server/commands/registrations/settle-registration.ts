import { type Registration, RegistrationModel } from "../../../models/registration.ts";
import { AppError } from "../../../shared/app-error.ts";
import { registrationStatusNames } from "../../../shared/contracts/registrations.ts";
import type { CommandContext } from "../../command-context.ts";
import { decisionText } from "../workflow/decision-text.ts";

/**
 * Moves a pending registration to its end. Guarded: of two that race one wins, the other gets
 * `registration.not_pending` with the state it is in.
 */
export async function settleRegistration(
  ctx: CommandContext,
  registrationId: string,
  end: { status: "approved" | "rejected" | "withdrawn"; reason: string | null },
): Promise<Registration> {
  // An application that failed needs its password no more; an approved one hands it to the account.
  const forgotten = end.status === "approved" ? {} : { passwordHash: null };
  const settled = await RegistrationModel.findOneAndUpdate(
    { _id: registrationId, status: "pending" },
    { $set: { ...end, ...forgotten, decidedAt: ctx.clock.now() }, $inc: { version: 1 } },
    { returnDocument: "after" },
  ).lean();
  if (settled !== null) return settled;
  const found = await RegistrationModel.findById(registrationId, { status: 1, instanceId: 1 }).lean();
  if (found === null) throw new AppError("registration.not_found");
  throw await notPending(found);
}

/** `registration.not_pending` (409): how it ended, and who decided when, if somebody did (APR-14). */
export async function notPending({
  status,
  instanceId,
}: Pick<Registration, "status" | "instanceId">): Promise<AppError> {
  const decision = status === "withdrawn" ? "" : await decisionText(instanceId, { named: false });
  return new AppError("registration.not_pending", { status: registrationStatusNames[status], decision });
}
