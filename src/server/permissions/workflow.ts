import type { WorkflowCandidate, WorkflowInstanceRecord } from "../../models/workflow-instance.ts";
import type { WorkflowTaskRecord } from "../../models/workflow-task.ts";
import { AppError } from "../../shared/app-error.ts";
import { type Module, moduleNames } from "../../shared/modules.ts";
import type { Actor } from "../command-context.ts";
import { isWithinDepartments } from "./departments.ts";

/** Who acts for a candidate: the administrators of the organization, or the professional himself. */
export function holds(actor: Actor, candidate: WorkflowCandidate): boolean {
  if (candidate.kind === "person") return actor.role === "professional" && actor.personId === candidate.id;
  return actor.role !== "professional" && actor.organizationId === candidate.id;
}

/** The same for a task: administrators who are limited to departments have to do with their people only (ADM-13). */
export function holdsTask(
  actor: Actor,
  task: Pick<WorkflowTaskRecord, "candidate" | "departmentId">,
): boolean {
  if (!holds(actor, task.candidate)) return false;
  return actor.role === "professional" || isWithinDepartments(actor, task);
}

type TaskRight = Pick<WorkflowTaskRecord, "module" | "candidate" | "origin" | "departmentId" | "processKey">;

/** What belongs to the menu of training plans, with the hours under them (ROL-03). */
export const planProcesses: readonly string[] = ["training-plan", "plan-declaration"];

/**
 * The module that deciding needs (ROL-03): the diagram's word; a base's submissions are a menu of their own (APR-07);
 * an organization's own corrections belong to whoever declares, or plans, for it. Null when holding the task is enough.
 */
export function moduleOf(task: TaskRight): Module | null {
  if (task.module === null) return task.candidate.kind === "organization" ? correctingModule(task) : null;
  if (task.module === "declarations:review" && task.origin === "base") return "declarations:review-base";
  return moduleNames.find((name) => name === task.module) ?? "workflow:design";
}

function correctingModule({ processKey }: Pick<TaskRight, "processKey">): Module {
  return planProcesses.includes(processKey) ? "plans:manage" : "declarations:submit";
}

/** True when the holder's role grants the task's module. */
export function mayDecide(actor: Actor, task: TaskRight): boolean {
  const module = moduleOf(task);
  return holdsTask(actor, task) && (module === null || actor.modules.has(module));
}

/** Throws `permission.denied` (403) without the module; the scope (404) is the loader's word. */
export function authorizeDecision(actor: Actor, task: TaskRight): void {
  if (!mayDecide(actor, task)) throw new AppError("permission.denied");
}

/** Whether an item is the actor's own: started by his account, or about his own person (AUD-10). */
export function isOwnItem(
  actor: Pick<Actor, "accountId" | "personId">,
  item: Pick<WorkflowInstanceRecord, "startedBy" | "parties">,
): boolean {
  if (item.startedBy.accountId === actor.accountId) return true;
  const { person, applicant } = item.parties;
  return [person, applicant].some(
    (party) => party !== undefined && party.kind === "person" && party.id === actor.personId,
  );
}

/**
 * Nobody reviews his own item: throws `permission.self_review` (AUD-10). A task that the diagram gives to the
 * applicant (no module) is his to decide.
 */
export function refuseSelfReview(
  actor: Actor,
  task: Pick<WorkflowTaskRecord, "module">,
  item: Pick<WorkflowInstanceRecord, "startedBy" | "parties">,
): void {
  if (task.module !== null && isOwnItem(actor, item)) throw new AppError("permission.self_review");
}
