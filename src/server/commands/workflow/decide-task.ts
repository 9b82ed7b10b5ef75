import type { WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import { isoDate } from "../../../shared/dates.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { decideTask as contract } from "../../../shared/contracts/workflow.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeDecision, refuseSelfReview } from "../../permissions/workflow.ts";
import { type Holder, holderRuleAmong } from "../../queries/organizations/holder-rule.ts";
import { approvalLimit } from "../../queries/workflow/approval-limit.ts";
import { setClassHours, setsClassHours } from "../base-classes/set-class-hours.ts";
import { reduceHours } from "../declarations/reduce-hours.ts";
import { useFiles } from "../declarations/use-files.ts";
import { recordAudit } from "../record-audit.ts";
import { loadTaskAndInstance } from "./load-task.ts";
import { refuseParticipantReview } from "./refuse-participant-review.ts";
import { advanceInstance, alreadyDecided, runServiceCalls } from "./step-instance.ts";
import { tellNextStep } from "./tell-next-step.ts";

/** What a decision left: the decided task, and the instance it moved. */
export interface Decision {
  task: WorkflowTaskRecord;
  instance: WorkflowInstanceRecord;
}

/**
 * Decides a task of any process (APR, AUD): what follows is the diagram's word. 404 when the actor does not hold it,
 * 403 without the module or on his own item, 409 when somebody was faster (with who and when) or the applicant
 * withdrew or the approvals of the year are over (PST-04), 400 on an outcome that the step does not offer, a rejection
 * without reason, or hours that this step may not change.
 */
export async function decideTask(ctx: CommandContext, input: InputOf<typeof contract>): Promise<Decision> {
  return await decideLoaded(ctx, await loadTaskAndInstance(requireActor(ctx), input.id), input);
}

/** A task that was read in this transaction, and what else of its instance was. */
interface Loaded {
  task: WorkflowTaskRecord;
  instance: string | WorkflowInstanceRecord;
  holders?: readonly Holder[];
}

/**
 * The same for a task, and perhaps its instance, that the caller has read in this transaction. That the actor holds
 * the task is the loader's word.
 */
export async function decideLoaded(
  ctx: CommandContext,
  { task, instance, holders = [] }: Loaded,
  input: InputOf<typeof contract>,
): Promise<Decision> {
  const actor = requireActor(ctx);
  authorizeDecision(actor, task);
  checkDecision(task, input);
  requireOpenApproval(ctx, task, input);
  const subject = input.hours === undefined ? null : await changeHours(ctx, task, input);
  const step = await advanceInstance(ctx, instance, {
    kind: "decide",
    taskKey: task.key,
    task,
    holderRule: holderRuleAmong(holders),
    outcome: input.outcome,
    actor: deciderOf(actor),
    comment: input.comment,
    ...(subject === null ? {} : { subject }),
  });
  // The instance, read by the step, is what knows whose item it is; refusing here takes the step back.
  refuseSelfReview(actor, task, step.instance);
  await refuseParticipantReview(actor, task);
  await runServiceCalls(ctx, step, input.comment);
  await tellNextStep(ctx, step, actor.organizationName);
  await record(ctx, step.instance, { task, input });
  return { task: step.closedTasks[0] ?? task, instance: step.instance };
}

async function record(
  ctx: CommandContext,
  instance: WorkflowInstanceRecord,
  { task, input }: { task: WorkflowTaskRecord; input: InputOf<typeof contract> },
): Promise<void> {
  const attachments = input.attachments.map(({ fileId }) => fileId);
  await useFiles(ctx, attachments, { usedBy: instance._id, scopeIds: reviewersOf(instance) });
  const { outcome, comment } = input;
  const decided = { taskId: task._id, instanceId: instance._id, outcome, comment, attachments };
  const data = { ...decided, ...circumstances(ctx, { task, instance, input }) };
  await recordAudit(ctx, "task.decided", { subjectId: task.businessId, data });
}

/** In which role it was decided, the hours before and after it, and by which rules its way was found (APR-15). */
function circumstances(
  ctx: CommandContext,
  {
    task,
    instance,
    input,
  }: { task: WorkflowTaskRecord; instance: WorkflowInstanceRecord; input: InputOf<typeof contract> },
) {
  const { role } = requireActor(ctx);
  const hours = task.hours === null ? null : { before: task.hours, after: input.hours ?? task.hours };
  const rules = [...new Set(instance.events.flatMap(({ pack }) => pack ?? []))];
  return { role, hours, rules };
}

function checkDecision(task: WorkflowTaskRecord, input: InputOf<typeof contract>): void {
  if (task.status === "decided") throw alreadyDecided(task);
  if (task.status === "cancelled") throw new AppError("task.withdrawn");
  // A corrected declaration is checked again, so it comes back by its own endpoint only.
  if (!task.outcomes.includes(input.outcome) || input.outcome === "resubmit")
    throw new AppError("task.outcome_invalid");
  if (input.outcome === "reject" && input.comment === "") throw new AppError("task.comment_required");
}

/** Throws `task.approval_closed` (409) for an approval after the year's last day of approvals (PST-04). */
function requireOpenApproval(
  ctx: CommandContext,
  task: WorkflowTaskRecord,
  { outcome }: Pick<InputOf<typeof contract>, "outcome">,
): void {
  const day = missedDay(ctx, task, outcome);
  if (day !== null) throw new AppError("task.approval_closed", { year: task.year, day });
}

/** The last day of approvals, when an approval comes after it; null for any other outcome, so that nothing is stuck. */
export function missedDay(ctx: CommandContext, task: WorkflowTaskRecord, outcome: string): string | null {
  if (outcome !== "approve") return null;
  const limit = approvalLimit(ctx.app.packs, task, isoDate(ctx.clock.now()));
  return limit?.isOver === true ? limit.lastDay : null;
}

/** A class gets its hours from its granting bureau (CNV-01); a declaration's are reduced at most (APR-12). */
function changeHours(ctx: CommandContext, task: WorkflowTaskRecord, input: InputOf<typeof contract>) {
  return setsClassHours(task) ? setClassHours(ctx, task, input) : reduceHours(ctx, task, input);
}

/** How the history names the actor for ever. */
export function deciderOf(actor: Actor): { accountId: string; name: string; organizationName: string } {
  return { accountId: actor.accountId, name: actor.name, organizationName: actor.organizationName };
}

function reviewersOf(instance: WorkflowInstanceRecord): string[] {
  return [instance.organizationId, ...instance.route.map((step) => step.organizationId)];
}
