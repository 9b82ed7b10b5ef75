import type { Person } from "../../models/person.ts";
import { AppError } from "../../shared/app-error.ts";
import type { Actor } from "../command-context.ts";
import { requireModule, requireScope } from "./scope.ts";

/** Who may reopen a closed record: a bureau in whose scope it is (PER-13), and nobody his own (AUD-10). */
export function authorizeReactivation(actor: Actor, person: Pick<Person, "accountId" | "scopeIds">): void {
  requireScope(actor, person.scopeIds, "person.not_found");
  requireModule(actor, "changes:people");
  if (actor.role !== "bureau") throw new AppError("permission.denied");
  if (actor.accountId === person.accountId) throw new AppError("permission.self_review");
}
