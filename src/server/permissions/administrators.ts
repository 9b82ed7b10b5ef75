import type { Organization } from "../../models/organization.ts";
import { AppError } from "../../shared/app-error.ts";
import type { Actor } from "../command-context.ts";
import { requireModule } from "./scope.ts";

/**
 * Who gives and takes administration rights in the own organization: the super-administrator only (ADM-11, ROL-04).
 * `permission.denied` (403) otherwise; a module alone lets one look.
 */
export function authorizeGranting(actor: Actor, module: "administrators:manage" | "roles:manage"): void {
  requireModule(actor, module);
  if (!actor.isSuperAdministrator) throw new AppError("permission.denied");
}

type Place = Pick<Organization, "_id" | "superiorId" | "bureauId" | "ancestorIds">;

/**
 * Who looks after an organization's super-administrator when it cannot itself (PWD-06, ADM-12): its direct superior or
 * its 同级人社; the operator, whoever it is. `organization.not_found` (404) outside of one's scope, `permission.denied`
 * (403) for others within.
 */
export function authorizeOversight(actor: Actor, organization: Place): void {
  if (actor.role === "operator" && organization._id !== actor.organizationId) {
    requireModule(actor, "bureaus:create");
    return;
  }
  if (actor.role === "professional" || !isAbove(actor.organizationId, organization))
    throw new AppError("organization.not_found");
  const { superiorId, bureauId } = organization;
  if (actor.organizationId !== superiorId && actor.organizationId !== bureauId)
    throw new AppError("permission.denied");
  requireModule(actor, "subordinates:manage");
}

/** Whether an organization is over another: above it in the tree, or its 同级人社. */
export function isAbove(organizationId: string, { _id, ancestorIds, bureauId }: Place): boolean {
  return organizationId !== _id && (ancestorIds.includes(organizationId) || bureauId === organizationId);
}
