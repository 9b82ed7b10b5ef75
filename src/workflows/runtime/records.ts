import type {
  WorkflowInstanceRecord,
  WorkflowRoutePlace,
  WorkflowRouteStep,
  WorkflowSubject,
} from "../../models/workflow-instance.ts";
import type { WorkflowTaskRecord } from "../../models/workflow-task.ts";
import type { WorkflowTimerRecord } from "../../models/workflow-timer.ts";
import { assign } from "../assignment/candidates.ts";
import { addWorkingDays, reminderTimes } from "../assignment/working-days.ts";
import type { WorkflowContext } from "./context.ts";
import type { DueTimer, OpenTask } from "./position.ts";
import { timerDueAt } from "./timer-due.ts";

/** A computed step of a route as an instance keeps it: an organization's name is its own to keep. */
export function routePlace({ organizationId, stepKind, notice }: WorkflowRouteStep): WorkflowRoutePlace {
  return { organizationId, stepKind, ...(notice === undefined ? {} : { notice }) };
}

/** The row of a task that an instance has just opened. Throws when its candidate rule finds nobody. */
export function taskRecord(
  ctx: WorkflowContext,
  { instance, subject }: { instance: WorkflowInstanceRecord; subject: WorkflowSubject },
  task: OpenTask,
): WorkflowTaskRecord {
  const { candidate, notice } = assign(task.candidateRule, { ...instance, loopIndex: task.loopIndex });
  const createdAt = ctx.clock.now();
  const { dueWorkingDays } = task;
  const dueAt =
    dueWorkingDays === null ? null : addWorkingDays(ctx.workflow.addWorkdays, createdAt, dueWorkingDays);
  return {
    _id: ctx.newId(),
    instanceId: instance._id,
    key: task.key,
    elementId: task.elementId,
    name: task.name,
    loopIndex: task.loopIndex,
    round: task.round,
    outcomes: [...task.outcomes],
    status: "open",
    candidate: { ...candidate },
    module: task.module,
    notice,
    processKey: instance.processKey,
    businessKind: instance.businessKey.kind,
    businessId: instance.businessKey.id,
    ...subject,
    createdAt,
    dueAt,
    remindAt: dueAt === null ? null : (reminderTimes(createdAt, dueAt)[0] ?? null),
    remindersSent: 0,
    urgedAt: null,
    decidedBy: null,
    decidedAt: null,
    outcome: null,
    comment: null,
    version: 0,
  };
}

/** The row of a diagram timer that an instance has just reached. */
export function timerRecord(
  ctx: WorkflowContext,
  instance: WorkflowInstanceRecord,
  timer: DueTimer,
): WorkflowTimerRecord {
  return {
    _id: ctx.newId(),
    instanceId: instance._id,
    processKey: instance.processKey,
    key: timer.key,
    round: timer.round,
    dueAt: timerDueAt(timer, ctx.clock.now()),
    status: "waiting",
    leaseOwner: null,
    leaseUntil: null,
    attempts: 0,
    firedAt: null,
    version: 0,
  };
}
