import { AppError } from "../../shared/app-error.ts";
import type { Actor } from "../command-context.ts";
import { requireModule } from "./scope.ts";

/**
 * Rules bind the whole province, so only the provincial bureau's policy officers put them in force; others may draft,
 * check and preview. `permission.denied` (403) otherwise.
 */
export function authorizePublication(
  actor: Actor,
  organization: { kind: string; superiorId: string | null } | null,
): void {
  requireModule(actor, "policies:manage");
  if (organization?.kind !== "bureau" || organization.superiorId !== null)
    throw new AppError("permission.denied");
}
