import { OrganizationModel } from "../../../models/organization.ts";
import { WorkflowDefinition } from "../../../models/workflow-definition.ts";
import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import { isoDate } from "../../../shared/dates.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getInstance as contract } from "../../../shared/contracts/workflow.ts";
import type { ProcessDefinition } from "../../../workflows/runtime/definition.ts";
import { pathOf } from "../../../workflows/runtime/history.ts";
import type { Position } from "../../../workflows/runtime/position.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { isInstanceApplicant, maySeeInstance } from "../../permissions/instances.ts";
import { type ApprovalLimit, approvalLimit } from "./approval-limit.ts";
import { type RuleTrace, ruleTrace } from "./rule-trace.ts";

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
  /** how a rule pack came to its answer, by the place of the event in the history */
  traces: ReadonlyMap<number, RuleTrace>;
  /** of the review that is open (PST-04) */
  approvalLimit: ApprovalLimit | null;
  /** the actor applied, so that he may urge */
  isApplicant: boolean;
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
  const actor = requireActor(ctx);
  const instance = await WorkflowInstance.findById(input.id).lean<WorkflowInstanceRecord>();
  if (instance === null || !(await maySeeInstance(actor, instance))) throw new AppError("instance.not_found");
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
    traces: await tracesOf(ctx, instance, definition),
    approvalLimit: limitOf(ctx, tasks),
    isApplicant: isInstanceApplicant(actor, instance),
    now: ctx.clock.now(),
  };
}

function limitOf(ctx: CommandContext, tasks: readonly WorkflowTaskRecord[]): ApprovalLimit | null {
  const open = tasks.find(({ status, module }) => status === "open" && module !== null);
  return open === undefined ? null : approvalLimit(ctx.app.packs, open, isoDate(ctx.clock.now()));
}

async function tracesOf(
  ctx: CommandContext,
  instance: WorkflowInstanceRecord,
  definition: ProcessDefinition,
): Promise<InstanceDetail["traces"]> {
  const traces = new Map<number, RuleTrace>();
  for (const [index, event] of instance.events.entries()) {
    const trace = await ruleTrace(ctx.app, { instance, definition }, event);
    if (trace !== null) traces.set(index, trace);
  }
  return traces;
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
