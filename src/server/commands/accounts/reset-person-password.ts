import { MembershipModel } from "../../../models/membership.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { resetPersonPassword as contract } from "../../../shared/contracts/accounts.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizePasswordReset } from "../../permissions/accounts.ts";
import { recordAudit } from "../record-audit.ts";
import { type PasswordReset, resetToInitialPassword } from "./reset-to-initial-password.ts";

/**
 * Resets a person's password to an initial one (PWD-03, PWD-08). Errors: `person.not_found`,
 * `permission.denied`, and those of `resetToInitialPassword`.
 */
export async function resetPersonPassword(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<PasswordReset> {
  const actor = requireActor(ctx);
  const person = await PersonModel.findById(input.id).lean();
  if (person === null) throw new AppError("person.not_found");
  const memberships = await MembershipModel.find({ accountId: person.accountId, status: "active" }).lean();
  authorizePasswordReset(actor, person, memberships);
  const reset = await resetToInitialPassword(ctx, person.accountId, person._id);
  await recordAudit(ctx, "password.reset_by_administrator", {
    subjectId: person.accountId,
    data: { personId: person._id },
  });
  return reset;
}
