import type { Declaration } from "../../models/declaration.ts";
import { AppError } from "../../shared/app-error.ts";
import type { Module } from "../../shared/modules.ts";
import type { Actor } from "../command-context.ts";
import { isWithinDepartments } from "./departments.ts";

type Owned = Pick<Declaration, "personId" | "declaredByOrganizationId" | "origin" | "departmentId">;

/** Whether the actor, or his organization, declared it: who may withdraw and correct it. */
export function isDeclarant(actor: Actor, declaration: Owned): boolean {
  if (actor.role === "professional")
    return declaration.origin === "person" && declaration.personId === actor.personId;
  return declaration.declaredByOrganizationId === actor.organizationId;
}

/** Modules whose holders see declarations within their scope. */
const readers: readonly Module[] = [
  "declarations:submit",
  "declarations:records",
  "declarations:review",
  "declarations:review-base",
  "people:query",
  "workflow:inspect",
  "audit:read",
];

/**
 * Who sees a declaration: the person, the declaring organization, and administrators of an organization above or on
 * the route who have to do with declarations (GEN-10).
 */
export function maySeeDeclaration(actor: Actor, declaration: Owned & Pick<Declaration, "scopeIds">): boolean {
  if (actor.role === "professional") return declaration.personId === actor.personId;
  if (!readers.some((module) => actor.modules.has(module))) return false;
  if (!isWithinDepartments(actor, declaration)) return false;
  if (actor.role === "operator" || isDeclarant(actor, declaration)) return true;
  return declaration.scopeIds.includes(actor.organizationId);
}

/** Throws `declaration.not_found` (404) for what the actor may not see, `permission.denied` (403) when it is not his. */
export function authorizeDeclarant(actor: Actor, declaration: Owned & Pick<Declaration, "scopeIds">): void {
  if (!maySeeDeclaration(actor, declaration)) throw new AppError("declaration.not_found");
  if (!isDeclarant(actor, declaration)) throw new AppError("permission.denied");
  if (actor.role !== "professional" && !actor.modules.has("declarations:submit"))
    throw new AppError("permission.denied");
}

/** Whether it is the actor's, declared by another: what he may object to (DEC-15). */
export function mayObject(
  actor: Actor,
  { personId, origin }: Pick<Declaration, "personId" | "origin">,
): boolean {
  return actor.role === "professional" && actor.personId === personId && origin !== "person";
}
