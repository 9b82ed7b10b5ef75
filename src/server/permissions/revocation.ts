import type { Declaration } from "../../models/declaration.ts";
import type { Organization } from "../../models/organization.ts";
import { AppError } from "../../shared/app-error.ts";
import type { Actor } from "../command-context.ts";
import { requireModule } from "./scope.ts";

/**
 * Who may take back what was approved (APR-13): a bureau, namely the one that approved last or one above it. Nobody
 * decides on his own hours. `permission.denied`, `permission.self_review` (403) otherwise.
 */
export function authorizeRevocation(
  actor: Actor,
  declaration: Pick<Declaration, "personId" | "declaredByAccountId">,
  finalApprover: Pick<Organization, "_id" | "ancestorIds"> | null,
): void {
  requireModule(actor, "declarations:review");
  const levels = finalApprover === null ? [] : [finalApprover._id, ...finalApprover.ancestorIds];
  if (actor.role !== "bureau" || !levels.includes(actor.organizationId))
    throw new AppError("permission.denied");
  if (declaration.personId === actor.personId || declaration.declaredByAccountId === actor.accountId)
    throw new AppError("permission.self_review");
}
