import { OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { Actor } from "../../command-context.ts";
import { requireAnyModule } from "../../permissions/scope.ts";

/** Throws `permission.denied` (403) for whoever neither inspects nor audits. */
export function requireInspector(actor: Actor): void {
  requireAnyModule(actor, ["workflow:inspect", "audit:read"]);
}

/**
 * What a search covers: an organization and what is below it, or null for the whole province. Operators and whoever
 * belongs to the root see everything, others their own organization and what is below it (GEN-05). An organization
 * outside of that does not exist (404).
 */
export async function searchScope(actor: Actor, wanted: string | undefined): Promise<string | null> {
  const own = actor.role === "operator" || (await isRoot(actor.organizationId)) ? null : actor.organizationId;
  if (wanted === undefined || wanted === own) return own;
  const found = await OrganizationModel.findById(wanted, { ancestorIds: 1 }).lean();
  if (found === null || (own !== null && !found.ancestorIds.includes(own)))
    throw new AppError("organization.not_found");
  return (await isRoot(wanted)) ? null : wanted;
}

async function isRoot(organizationId: string): Promise<boolean> {
  return (await OrganizationModel.exists({ _id: organizationId, kind: "bureau", superiorId: null })) !== null;
}
