import type { Application, ApplicationKind } from "../../models/application.ts";
import { AppError } from "../../shared/app-error.ts";
import { transferData } from "../../shared/contracts/transfers.ts";
import type { Module } from "../../shared/modules.ts";
import type { Actor } from "../command-context.ts";
import { isWithinDepartments } from "./departments.ts";

/** The module that submitting a kind for one's organization needs; "super" is for the super-administrator (ADM-11). */
const submitting: Readonly<Record<ApplicationKind, Module | "super">> = {
  "profile-change": "changes:people",
  "organization-change": "super",
  "superior-change": "super",
  "organization-closure": "super",
  transfer: "transfers:manage",
  "person-deregistration": "changes:people",
  adjustment: "declarations:submit",
  "training-plan": "plans:manage",
  "plan-declaration": "plans:manage",
  "base-class": "declarations:submit",
};

/** Modules whose holders see applications of others within their scope. */
const reading: readonly Module[] = [
  "changes:people",
  "changes:organizations",
  "transfers:manage",
  "declarations:review",
  "declarations:review-base",
  "declarations:submit",
  "declarations:records",
  "plans:manage",
  "organization:edit",
  "workflow:inspect",
  "audit:read",
];

/** Throws `permission.denied` (403) unless the actor may apply for this kind in his organization's name. */
export function authorizeApplying(actor: Actor, kind: ApplicationKind): void {
  const right = submitting[kind];
  const allowed = right === "super" ? actor.isSuperAdministrator : actor.modules.has(right);
  if (actor.role === "professional" || !allowed) throw new AppError("permission.denied");
}

/** Whether the actor, or his organization, applied: who may withdraw and correct. */
export function isApplicant(
  actor: Actor,
  application: Pick<Application, "appliedBy" | "personId" | "organizationId">,
): boolean {
  if (application.appliedBy === "person")
    return actor.role === "professional" && application.personId === actor.personId;
  return actor.role !== "professional" && application.organizationId === actor.organizationId;
}

/** Whether the person has a right to object to this transfer, which his unit asked for, on this day (TRF-14). */
export function mayObject(
  actor: Actor,
  { kind, personId, status, data }: Application,
  today: string,
): boolean {
  if (kind !== "transfer" || actor.role !== "professional" || personId !== actor.personId) return false;
  if (status !== "pending" && status !== "approved") return false;
  const objection = transferData.safeParse(data).data?.objection ?? null;
  return objection !== null && objection.at === null && objection.until >= today;
}

/** Whether the actor's own unit takes a person over by this transfer; out of the province nobody does (TRF-16). */
export function isReceiving(actor: Actor, { kind, counterpartId, data }: Application): boolean {
  if (kind !== "transfer" || counterpartId !== actor.organizationId) return false;
  return actor.modules.has("transfers:manage") && transferData.safeParse(data).data?.outsidePlace === null;
}

/** Who sees an application: the person, the applicant's organization, those above it and its reviewers (GEN-10). */
export function maySeeApplication(actor: Actor, application: Application): boolean {
  if (actor.role === "professional") return application.personId === actor.personId;
  if (!mayReadApplications(actor) || !concernsDepartments(actor, application)) return false;
  return actor.role === "operator" || application.scopeIds.includes(actor.organizationId);
}

/** About one of the people of a limited administrator's departments, or his organization's own matter (ADM-13). */
function concernsDepartments(actor: Actor, application: Application): boolean {
  if (application.personId !== null) return isWithinDepartments(actor, application);
  return actor.departmentIds === undefined || application.organizationId === actor.organizationId;
}

/** Whether the actor's role has to do with applications at all. */
export function mayReadApplications(actor: Actor): boolean {
  return actor.role === "operator" || reading.some((module) => actor.modules.has(module));
}

/** Throws `application.not_found` (404) for what the actor may not see, `permission.denied` (403) when it is not his. */
export function authorizeApplicant(actor: Actor, application: Application): void {
  if (!maySeeApplication(actor, application)) throw new AppError("application.not_found");
  if (!isApplicant(actor, application)) throw new AppError("permission.denied");
  if (application.appliedBy === "organization") authorizeApplying(actor, application.kind);
}
