import { type DeregistrationCase, type Person, PersonModel } from "../../../models/person.ts";
import { SessionModel } from "../../../models/session.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext } from "../../command-context.ts";
import { professionalKey } from "../../queries/accounts/roles-of.ts";
import { setAccountStatus } from "../accounts/set-account-status.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * Closes a professional's record: nobody signs in as him any more, hours and certificates stay and can be verified
 * (PER-12, TRF-16). Rights of administration are another role of the account and stay, but nobody acts by the account of
 * a deceased (PER-13). `request.conflict` (409) when it is closed already or another transfer is open.
 */
export async function closePerson(
  ctx: CommandContext,
  person: Pick<Person, "_id" | "accountId" | "openTransferId">,
  { closing, applicationId }: { closing: DeregistrationCase; applicationId: string },
): Promise<void> {
  const now = ctx.clock.now();
  const open = { _id: person._id, status: "active" as const, openTransferId: person.openTransferId };
  const closed = { status: "deregistered" as const, deregisteredAt: now, deregistrationCase: closing };
  const written = await PersonModel.updateOne(open, {
    $set: { ...closed, openTransferId: null },
    $inc: { version: 1 },
  });
  if (written.matchedCount === 0) throw new AppError("request.conflict");
  await SessionModel.updateMany(
    { accountId: person.accountId, roleKey: professionalKey, revokedAt: null },
    { $set: { revokedAt: now } },
  );
  await recordAudit(ctx, "person.deregistered", {
    subjectId: person._id,
    data: { applicationId, reason: closing },
  });
  if (closing === "deceased") await setAccountStatus(ctx, person.accountId, "disabled");
}
