import { type AuditEvent, AuditEventModel } from "../../../models/audit-event.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { listAuditEvents as contract } from "../../../shared/contracts/platform.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import type { Page } from "../page.ts";
import { readPage } from "../read-page.ts";

const organizationsAtMost = 5_000;

/** Audit events of the auditor's organization and those below it, latest first (GEN-05). */
export async function listAuditEvents(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<Page<AuditEvent>> {
  const actor = requireActor(ctx);
  requireModule(actor, "audit:read");
  const filter = {
    ...(await scopeFilter(actor)),
    ...(input.type === undefined ? {} : { type: input.type }),
    ...(input.subjectId === undefined ? {} : { subjectId: input.subjectId }),
  };
  return readPage(AuditEventModel, filter, { ...input, sort: { at: -1, _id: -1 } });
}

/** Nothing for the root of the tree: it oversees everything, the events of the system itself among it. */
async function scopeFilter(actor: Actor): Promise<Record<string, unknown>> {
  const own = await OrganizationModel.findById(actor.organizationId, { superiorId: 1, kind: 1 }).lean();
  if (own?.kind === "bureau" && own.superiorId === null) return {};
  const below = await OrganizationModel.find({ ancestorIds: actor.organizationId }, { _id: 1 })
    .limit(organizationsAtMost)
    .lean();
  return { organizationId: { $in: [actor.organizationId, ...below.map((one) => one._id)] } };
}
