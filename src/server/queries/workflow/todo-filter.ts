import type { QueryFilter } from "mongoose";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { type Module, modulesOfRole, taskModules } from "../../../shared/modules.ts";
import type { Actor } from "../../command-context.ts";
import { departmentFilter } from "../../permissions/departments.ts";
import { planProcesses } from "../../permissions/workflow.ts";

export type TaskFilter = QueryFilter<WorkflowTaskRecord>;

/** What the actor may be holder of: himself as a professional, else his organization. */
export function holderId(actor: Actor): string {
  return actor.role === "professional" ? (actor.personId ?? "") : actor.organizationId;
}

/** Open tasks that the actor may decide: his organization's, of his modules (ROL-03) and departments (ADM-13). */
export function todoFilter(actor: Actor): TaskFilter {
  return {
    "candidate.id": holderId(actor),
    status: "open",
    ...departmentFilter(actor),
    ...rightsFilter(actor),
  };
}

/**
 * Tasks of the modules that the actor has. Nothing for whoever has all that his organization has: the usual list stays
 * a plain index range.
 */
export function rightsFilter(actor: Actor): TaskFilter {
  const possible = taskModules.filter((module) => modulesOfRole[actor.role].includes(module));
  if (possible.every((module) => actor.modules.has(module))) return {};
  const rights = possible.filter((module) => actor.modules.has(module)).map(rightOf);
  return rights.length === 0 ? { module: "none" } : { $or: rights };
}

function rightOf(module: Module): TaskFilter {
  if (module === "declarations:submit") return { module: null, processKey: { $nin: [...planProcesses] } };
  if (module === "plans:manage") return { module: null, processKey: { $in: [...planProcesses] } };
  if (module === "declarations:review") return { module, origin: { $ne: "base" } };
  if (module === "declarations:review-base") return { module: "declarations:review", origin: "base" };
  return { module };
}
