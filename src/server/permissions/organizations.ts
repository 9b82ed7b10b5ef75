import type { Organization } from "../../models/organization.ts";
import { AppError } from "../../shared/app-error.ts";
import type { Actor } from "../command-context.ts";
import { requireModule } from "./scope.ts";

/**
 * Who may create the bureau of a region (AMB-40): the operator, or a bureau of a region above it. `regionsAbove` are
 * the codes above the new bureau's region; `actorRegion` is where the actor's organization is.
 */
export function authorizeBureauCreation(
  actor: Actor,
  regionsAbove: readonly string[],
  actorRegion: string,
): void {
  requireModule(actor, "bureaus:create");
  if (actor.role === "operator") return;
  if (!regionsAbove.includes(actorRegion)) throw new AppError("permission.denied");
}

/**
 * Who says which employer is the 人才中心 of a region (TRF-16): the bureau that it belongs to. `organization.not_found`
 * (404) for one that is not below the actor's or no longer live, `permission.denied` (403) for other superiors and for
 * what is no employer.
 */
export function authorizeTalentPool(
  actor: Actor,
  organization: Pick<Organization, "kind" | "bureauId" | "ancestorIds" | "status"> | null,
): void {
  requireModule(actor, "subordinates:manage");
  if (organization === null || organization.status !== "active") throw new AppError("organization.not_found");
  if (!organization.ancestorIds.includes(actor.organizationId)) throw new AppError("organization.not_found");
  const isItsBureau = actor.role === "bureau" && organization.bureauId === actor.organizationId;
  if (!isItsBureau || organization.kind !== "employer") throw new AppError("permission.denied");
}
