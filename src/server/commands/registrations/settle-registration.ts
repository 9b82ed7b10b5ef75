import { type Registration, RegistrationModel } from "../../../models/registration.ts";
import { AppError } from "../../../shared/app-error.ts";
import { registrationStatusNames } from "../../../shared/contracts/registrations.ts";
import type { CommandContext } from "../../command-context.ts";

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
  const found = await RegistrationModel.findById(registrationId, { status: 1 }).lean();
  if (found === null) throw new AppError("registration.not_found");
  throw new AppError("registration.not_pending", { status: registrationStatusNames[found.status] });
}
