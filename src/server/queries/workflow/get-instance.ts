import { OrganizationModel } from "../../../models/organization.ts";
import { WorkflowDefinition } from "../../../models/workflow-definition.ts";
import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getInstance as contract } from "../../../shared/contracts/workflow.ts";
import type { ProcessDefinition } from "../../../workflows/runtime/definition.ts";
import { pathOf } from "../../../workflows/runtime/history.ts";
import type { Position } from "../../../workflows/runtime/position.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { holds } from "../../permissions/workflow.ts";

/** Everything an instance's page shows. */
export interface InstanceDetail {
  instance: WorkflowInstanceRecord;
  definition: ProcessDefinition;
  definitionVersion: number;
  position: Position;
  /** in the order they were opened */
  tasks: WorkflowTaskRecord[];
  /** organizations of the route and holders: whom to call (APR-05) */
  organizations: ReadonlyMap<string, { name: string; phone: string | null }>;
  now: Date;
}

/**
 * An instance for those whom it concerns: whoever started it, the person or organization that it is about, every
 * organization on its route, and inspectors within their scope. For all others it does not exist (404).
 */
export async function getInstance(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<InstanceDetail> {
  const instance = await WorkflowInstance.findById(input.id).lean<WorkflowInstanceRecord>();
  if (instance === null || !(await maySee(requireActor(ctx), instance)))
    throw new AppError("instance.not_found");
  const tasks = await WorkflowTask.find({ instanceId: instance._id })
    .sort({ createdAt: 1 })
    .limit(200)
    .lean<WorkflowTaskRecord[]>();
  const definition = await ctx.app.workflow.definitions.byHash(instance.definitionHash);
  const record = await WorkflowDefinition.findOne(
    { hash: instance.definitionHash },
    { versionNumber: 1 },
  ).lean();
  return {
    instance,
    tasks,
    definition,
    definitionVersion: record?.versionNumber ?? 1,
    position: ctx.app.workflow.memo.position(definition, pathOf(instance.events)),
    organizations: await organizationsOf(instance, tasks),
    now: ctx.clock.now(),
  };
}

async function maySee(actor: Actor, instance: WorkflowInstanceRecord): Promise<boolean> {
  if (instance.startedBy.accountId === actor.accountId) return true;
  if (Object.values(instance.parties).some((party) => holds(actor, party))) return true;
  if (actor.role === "professional") return false;
  if (instance.route.some((step) => step.organizationId === actor.organizationId)) return true;
  return await mayInspect(actor, instance.organizationId);
}

/** Operators see the platform; other inspectors, and auditors, their own organization and what is below it. */
async function mayInspect(actor: Actor, organizationId: string): Promise<boolean> {
  if (!actor.modules.has("workflow:inspect") && !actor.modules.has("audit:read")) return false;
  if (actor.role === "operator" || organizationId === actor.organizationId) return true;
  const below = await OrganizationModel.exists({ _id: organizationId, ancestorIds: actor.organizationId });
  return below !== null;
}

async function organizationsOf(
  instance: WorkflowInstanceRecord,
  tasks: readonly WorkflowTaskRecord[],
): Promise<InstanceDetail["organizations"]> {
  const holders = tasks.flatMap(({ candidate }) => (candidate.kind === "organization" ? candidate.id : []));
  const ids = new Set([...instance.route.map((step) => step.organizationId), ...holders]);
  const found = await OrganizationModel.find({ _id: { $in: [...ids] } }, { name: 1, phone: 1 }).lean();
  return new Map(found.map(({ _id, name, phone }) => [_id, { name, phone }]));
}
