import { AppError } from "../../shared/app-error.ts";
import type { Actor } from "../command-context.ts";

/** Workbooks of review lists are for administrators (AUD-08): 403 for a professional, who has his transcript. */
export function authorizeExport(actor: Actor): void {
  if (actor.role === "professional") throw new AppError("permission.denied");
}
