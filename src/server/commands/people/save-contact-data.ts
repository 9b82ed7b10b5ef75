import { AccountModel } from "../../../models/account.ts";
import { PersonModel } from "../../../models/person.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { saveContactData as contract } from "../../../shared/contracts/profile-changes.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { loadOwnPerson } from "./load-applying-person.ts";

/**
 * What nobody needs to check is saved at once: e-mail, landline, native place (PER-04). The mobile phone is not here:
 * it resets passwords. `permission.denied` (403) in a role of administration.
 */
export async function saveContactData(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const { person } = await loadOwnPerson(requireActor(ctx));
  const { email, landline, nativePlace } = input;
  const contact = given({ email, landline });
  const own = given({ nativePlace });
  await AccountModel.updateOne({ _id: person.accountId }, { $set: contact, $inc: { version: 1 } });
  await PersonModel.updateOne({ _id: person._id }, { $set: own, $inc: { version: 1 } });
  await recordAudit(ctx, "person.changed", {
    subjectId: person._id,
    data: { applicationId: null, fields: Object.keys({ ...contact, ...own }) },
  });
  return { ok: true };
}

function given(fields: Record<string, string | null | undefined>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])),
  );
}
