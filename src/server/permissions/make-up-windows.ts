import { AppError } from "../../shared/app-error.ts";
import type { Actor } from "../command-context.ts";
import { requireModule } from "./scope.ts";

/** Past years are opened by the bureaus that review declarations (PST-02); `permission.denied` (403) for others. */
export function requireBureauReview(actor: Actor): void {
  requireModule(actor, "declarations:review");
  if (actor.role !== "bureau") throw new AppError("permission.denied");
}
