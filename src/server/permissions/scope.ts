import { AppError } from "../../shared/app-error.ts";
import type { ErrorCode } from "../../shared/error-codes.ts";
import type { Module } from "../../shared/modules.ts";
import type { Actor } from "../command-context.ts";
import { isWithinDepartments } from "./departments.ts";

/** Module granted by role; 403 without it (ROL-05). */
export function requireModule(actor: Actor, module: Module): void {
  if (!actor.modules.has(module)) throw new AppError("permission.denied");
}

/** Any one of several modules. */
export function requireAnyModule(actor: Actor, modules: readonly Module[]): void {
  if (!modules.some((module) => actor.modules.has(module))) throw new AppError("permission.denied");
}

/**
 * Own organization and what is below it: a thing outside is as if it did not exist (404), so that nobody learns
 * from a refusal what others have. `scopeIds` are the thing's organization and those above it.
 */
export function requireScope(actor: Actor, scopeIds: readonly string[], notFound: ErrorCode): void {
  if (actor.role === "professional" || !scopeIds.includes(actor.organizationId)) throw new AppError(notFound);
}

/** The professional himself, or an administrator in whose scope, and within whose departments, he is. */
export function isOwnOrInScope(
  actor: Actor,
  subject: { personId: string; scopeIds: readonly string[]; departmentId: string | null },
): boolean {
  if (actor.role === "professional") return actor.personId === subject.personId;
  return subject.scopeIds.includes(actor.organizationId) && isWithinDepartments(actor, subject);
}
