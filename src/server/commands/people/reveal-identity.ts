import { AccountModel } from "../../../models/account.ts";
import { AppError } from "../../../shared/app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import { loadVisiblePerson } from "../../queries/people/get-person.ts";
import { recordAudit } from "../record-audit.ts";

/** The whole ID and phone number, for a purpose that is recorded (QRY-07). */
export async function revealIdentity(
  ctx: CommandContext,
  input: { id: string; purpose: string },
): Promise<{ idNumber: string; phone: string | null }> {
  const person = await loadVisiblePerson(ctx, input.id);
  const actor = requireActor(ctx);
  if (actor.personId !== person._id) requireModule(actor, "people:reveal-identity");
  const account = await AccountModel.findById(person.accountId).lean();
  if (account === null) throw new AppError("person.not_found");
  await recordAudit(ctx, "person.identity_revealed", {
    subjectId: person._id,
    data: { purpose: input.purpose },
  });
  const { decrypt } = ctx.app.secrets;
  return {
    idNumber: decrypt(account.idNumberCipher),
    phone: account.phoneCipher === null ? null : decrypt(account.phoneCipher),
  };
}
