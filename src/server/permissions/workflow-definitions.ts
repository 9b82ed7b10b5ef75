import { AppError } from "../../shared/app-error.ts";
import type { Actor } from "../command-context.ts";
import { requireModule } from "./scope.ts";

/**
 * Processes bind the whole province, so only the provincial bureau's policy officers put them in force; others may
 * draft, check and preview. `permission.denied` (403) otherwise.
 */
export function authorizeDefinitionPublication(
  actor: Actor,
  organization: { kind: string; superiorId: string | null } | null,
): void {
  requireModule(actor, "workflow:design");
  if (organization?.kind !== "bureau" || organization.superiorId !== null)
    throw new AppError("permission.denied");
}
