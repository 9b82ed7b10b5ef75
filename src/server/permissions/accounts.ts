import type { Membership } from "../../models/membership.ts";
import type { Person } from "../../models/person.ts";
import { AppError } from "../../shared/app-error.ts";
import type { Actor } from "../command-context.ts";
import { isWithinDepartments } from "./departments.ts";
import { requireModule, requireScope } from "./scope.ts";

/**
 * Who may reset a person's password: the person's own unit (PWD-03, PWD-04). Organizations above may view people
 * but not act on them (SUB-04), except for a unit's own super-administrator, who has nobody else (PWD-06).
 */
export function authorizePasswordReset(
  actor: Actor,
  person: Pick<Person, "organizationId" | "scopeIds" | "departmentId">,
  memberships: readonly Pick<Membership, "isSuperAdministrator" | "organizationId">[],
): void {
  requireScope(actor, person.scopeIds, "person.not_found");
  if (!isWithinDepartments(actor, person)) throw new AppError("person.not_found");
  requireModule(actor, "people:reset-password");
  if (actor.organizationId === person.organizationId) return;
  if (!memberships.some((one) => one.isSuperAdministrator)) throw new AppError("permission.denied");
}
