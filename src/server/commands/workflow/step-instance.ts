import { AppError } from "../../../shared/app-error.ts";
import { dateTimeText } from "../../../shared/dates.ts";
import { outcomeName } from "../../../shared/dictionaries/outcomes.ts";
import type { WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { WorkflowConflict, WorkflowInstanceMissing } from "../../../workflows/runtime/conflict.ts";
import { ReplayError } from "../../../workflows/runtime/position.ts";
import { advance, type AdvanceInput, type AdvanceResult } from "../../../workflows/runtime/store.ts";
import type { CommandContext } from "../../command-context.ts";
import { workflowContext } from "../../workflow-runtime.ts";
import { showToHolder } from "./show-to-holder.ts";

/**
 * One step of an instance inside the caller's transaction: the event, then the commands behind the service tasks that
 * it reached, in order. `comment` is told to them. Errors as `advanceInstance`.
 */
export async function stepInstance(
  ctx: CommandContext,
  instanceId: string,
  { input, comment }: { input: AdvanceInput; comment: string },
): Promise<AdvanceResult> {
  const step = await advanceInstance(ctx, instanceId, input);
  await runServiceCalls(ctx, step, comment);
  return step;
}

/**
 * Only the event, without the commands behind it; of an instance that was read in this transaction, or by id. Errors: `task.already_decided` (409) with who and when,
 * `task.withdrawn` (409) when the instance no longer waits, `request.conflict` (409) when another step was written at
 * the same moment, `task.outcome_invalid` (400).
 */
export async function advanceInstance(
  ctx: CommandContext,
  instance: string | WorkflowInstanceRecord,
  input: AdvanceInput,
): Promise<AdvanceResult> {
  const step = await advance(workflowContext(ctx), instance, input).catch((error: unknown) => {
    throw asAppError(error);
  });
  // Only what came to somebody else says why: the usual step costs nothing.
  for (const { notice, candidate } of step.openedTasks)
    if (notice !== null && candidate.kind === "organization") await showToHolder(step.instance, candidate.id);
  return step;
}

/** Runs the commands that a step brought, by the names that its definition uses. */
export async function runServiceCalls(
  ctx: CommandContext,
  step: AdvanceResult,
  comment: string,
): Promise<void> {
  const { _id: instanceId, businessKey } = step.instance;
  for (const { name } of step.serviceCalls) {
    const service = ctx.app.services[name];
    if (service === undefined) throw new Error(`no command behind service task ${name}`);
    await service(ctx, {
      name,
      instanceId,
      businessKind: businessKey.kind,
      businessId: businessKey.id,
      comment,
    });
  }
}

/** The refusal that names who decided, when and how (APR-14). */
export function alreadyDecided(
  task: Pick<WorkflowTaskRecord, "decidedBy" | "decidedAt" | "outcome">,
): AppError {
  if (task.decidedBy === null) return new AppError("task.withdrawn");
  return new AppError("task.already_decided", {
    decidedBy: `${task.decidedBy.organizationName} ${task.decidedBy.name}`,
    decidedAt: task.decidedAt === null ? null : dateTimeText(task.decidedAt),
    outcome: task.outcome === null ? null : outcomeName(task.outcome),
  });
}

/** The runtime's refusal as users get it; any other error as it is. */
export function asAppError(error: unknown): unknown {
  if (error instanceof WorkflowInstanceMissing) return new AppError("instance.not_found");
  if (error instanceof ReplayError && error.code === "unknown-outcome")
    return new AppError("task.outcome_invalid");
  if (!(error instanceof WorkflowConflict)) return error;
  switch (error.reason) {
    case "decided":
      return alreadyDecided(error);
    case "closed":
      return new AppError("task.withdrawn");
    case "concurrent":
      return new AppError("request.conflict");
  }
}
