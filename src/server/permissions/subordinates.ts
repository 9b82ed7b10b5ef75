import type { Organization } from "../../models/organization.ts";
import { AppError } from "../../shared/app-error.ts";
import type { Actor } from "../command-context.ts";
import { requireModule } from "./scope.ts";

/**
 * Who manages a subordinate: its direct superior (SUB-02). `organization.not_found` (404) for one that is not below the
 * actor's or no longer live, `permission.denied` (403) without the module and for those further above.
 */
export function authorizeSuperior(
  actor: Actor,
  organization: Pick<Organization, "superiorId" | "ancestorIds" | "status"> | null,
): void {
  requireModule(actor, "subordinates:manage");
  if (organization === null || organization.status !== "active") throw new AppError("organization.not_found");
  if (!organization.ancestorIds.includes(actor.organizationId)) throw new AppError("organization.not_found");
  if (organization.superiorId !== actor.organizationId) throw new AppError("permission.denied");
}
