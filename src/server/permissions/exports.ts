import { AppError } from "../../shared/app-error.ts";
import type { Actor } from "../command-context.ts";
import { requireModule } from "./scope.ts";

/**
 * Workbooks of review lists are for administrators (AUD-08), by a right of its own: whoever may see a list may not yet
 * take it away (ROL-06). 403 for a professional, who has his transcript, and without the module.
 */
export function authorizeExport(actor: Actor): void {
  if (actor.role === "professional") throw new AppError("permission.denied");
  requireModule(actor, "records:export");
}
