import { OrganizationModel } from "../../models/organization.ts";
import type { WorkflowInstanceRecord } from "../../models/workflow-instance.ts";
import { WorkflowTask } from "../../models/workflow-task.ts";
import { AppError } from "../../shared/app-error.ts";
import type { Actor } from "../command-context.ts";
import { departmentFilter } from "./departments.ts";
import { requireModule } from "./scope.ts";
import { holds } from "./workflow.ts";

type Seen = Pick<WorkflowInstanceRecord, "_id" | "startedBy" | "parties" | "route" | "organizationId">;

/**
 * Whom an instance concerns: whoever started it, the person or organization that it is about, every organization on
 * its route or with a task of it, and inspectors within their scope.
 */
export async function maySeeInstance(actor: Actor, instance: Seen): Promise<boolean> {
  if (instance.startedBy.accountId === actor.accountId) return true;
  if (actor.departmentIds !== undefined) return await hasTaskOf(actor, instance._id);
  if (Object.values(instance.parties).some((party) => holds(actor, party))) return true;
  if (actor.role === "professional") return false;
  if (instance.route.some((step) => step.organizationId === actor.organizationId)) return true;
  // Whoever took a task over reads what it belongs to, as the usual reviewer does (FLW-10).
  return (await mayInspect(actor, instance.organizationId)) || (await hasTaskOf(actor, instance._id));
}

/** A task that the organization holds or held; of limited administrators, in their departments (ADM-13). */
async function hasTaskOf(actor: Actor, instanceId: string): Promise<boolean> {
  const held = { instanceId, "candidate.id": actor.organizationId, ...departmentFilter(actor) };
  return (await WorkflowTask.exists(held)) !== null;
}

/** Operators see the platform; other inspectors, and auditors, their own organization and what is below it. */
async function mayInspect(actor: Actor, organizationId: string): Promise<boolean> {
  if (!actor.modules.has("workflow:inspect") && !actor.modules.has("audit:read")) return false;
  if (actor.role === "operator" || organizationId === actor.organizationId) return true;
  const below = await OrganizationModel.exists({ _id: organizationId, ancestorIds: actor.organizationId });
  return below !== null;
}

/** Whoever started it, the person that it is about, and the organization that applied. */
export function isInstanceApplicant(actor: Actor, instance: Pick<Seen, "startedBy" | "parties">): boolean {
  if (instance.startedBy.accountId === actor.accountId) return true;
  const { applicant, person } = instance.parties;
  return [applicant, person].some((party) => party !== undefined && holds(actor, party));
}

/** Operators repair instances of the whole platform (OPS-04); `permission.denied` (403) for all others. */
export function authorizeOperation(actor: Actor): void {
  requireModule(actor, "workflow:operate");
  if (actor.role !== "operator") throw new AppError("permission.denied");
}

/**
 * Who may give open tasks to other organizations: operators on the whole platform (OPS-04), bureaus within what is below
 * them (HRS-05). `permission.denied` (403) for all others; which tasks is `mayReroute`'s word.
 */
export function authorizeReroute(actor: Actor): void {
  if (actor.role === "operator") return authorizeOperation(actor);
  requireModule(actor, "subordinates:manage");
  if (actor.role !== "bureau" || actor.departmentIds !== undefined) throw new AppError("permission.denied");
}

/** Whether a task of an organization may be given away by the actor, or to it: its own, those below, those it is 同级人社 of. */
export async function mayReroute(actor: Actor, organizationId: string): Promise<boolean> {
  if (actor.role === "operator" || organizationId === actor.organizationId) return true;
  const { organizationId: own } = actor;
  const within = { _id: organizationId, $or: [{ ancestorIds: own }, { bureauId: own }] };
  return (await OrganizationModel.exists(within)) !== null;
}
