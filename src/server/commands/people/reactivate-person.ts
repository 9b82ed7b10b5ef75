import { type Person, PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { reactivatePerson as contract } from "../../../shared/contracts/deregistrations.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeReactivation } from "../../permissions/people.ts";
import { setAccountStatus } from "../accounts/set-account-status.ts";
import { requireOpenOrganization } from "../closures/require-open-organization.ts";
import { useFiles } from "../declarations/use-files.ts";
import { notify } from "../notify.ts";
import { recordAudit } from "../record-audit.ts";

type Input = InputOf<typeof contract>;

/**
 * Reopens a closed record on evidence, for example 返聘 (PER-13): by the bureau, for a unit that is still open. Errors:
 * `person.not_found` (404) out of scope, `permission.denied` (403), `person.not_deregistered` (409),
 * `organization.not_found` (404) when the unit is gone, `file.not_found` (404).
 */
export async function reactivatePerson(ctx: CommandContext, input: Input): Promise<{ ok: true }> {
  const actor = requireActor(ctx);
  const person = await loadClosed(actor, input.id);
  await requireOpenOrganization(person.organizationId);
  const reopened = { status: "active" as const, deregisteredAt: null, deregistrationCase: null };
  const written = await PersonModel.updateOne(
    { _id: person._id, status: "deregistered" },
    { $set: reopened, $inc: { version: 1 } },
  );
  if (written.matchedCount === 0) throw new AppError("person.not_deregistered");
  await setAccountStatus(ctx, person.accountId, "active");
  const attachments = input.attachments.map(({ fileId }) => fileId);
  await useFiles(ctx, attachments, { usedBy: person._id, scopeIds: person.scopeIds });
  const data = { reason: input.reason, attachments };
  await recordAudit(ctx, "person.reactivated", { subjectId: person._id, data });
  await notify(ctx, person.accountId, {
    kind: "person.reactivated",
    title: "账号已恢复",
    text: `您的专业技术人员账号已由「${actor.organizationName}」恢复。`,
    subjectId: person._id,
  });
  return { ok: true };
}

async function loadClosed(actor: Actor, personId: string): Promise<Person> {
  const person = await PersonModel.findById(personId).lean<Person>();
  if (person === null) throw new AppError("person.not_found");
  authorizeReactivation(actor, person);
  if (person.status !== "deregistered") throw new AppError("person.not_deregistered");
  return person;
}
