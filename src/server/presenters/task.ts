import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import {
  type countTasks as countContract,
  type decideTasks as batchContract,
  type listTasks as listContract,
  processNames,
  type TaskView,
} from "../../shared/contracts/workflow.ts";
import { outcomeName } from "../../shared/dictionaries/outcomes.ts";
import { type CommandContext, requireActor } from "../command-context.ts";
import type { Decision } from "../commands/workflow/decide-task.ts";
import type { RowResult } from "../commands/workflow/decide-tasks.ts";
import { formTitle } from "../queries/declarations/form-title.ts";
import type { Page } from "../queries/page.ts";
import type { TaskCounts } from "../queries/workflow/count-tasks.ts";
import { holderName, type TaskRow } from "../queries/workflow/task-rows.ts";

/** One row of 待办/已办. */
export function presentTask(row: TaskRow, ctx: CommandContext): TaskView {
  const { task, canDecide, canReduceHours, approvalLimit, holderName: holder } = row;
  return {
    id: task._id,
    instanceId: task.instanceId,
    processKey: task.processKey,
    processName: processNames[task.processKey] ?? task.processKey,
    stepName: task.name,
    title: task.title,
    applicantName: task.applicantName,
    organizationName: task.organizationName,
    businessId: task.businessId,
    number: task.number ?? "",
    year: task.year,
    form: task.form,
    formName: task.form === null ? null : formTitle(ctx.app.packs, task.form),
    hours: task.hours,
    status: task.status,
    outcomes: task.outcomes.map((value) => ({ value, name: outcomeName(value) })),
    createdAt: task.createdAt.toISOString(),
    dueAt: task.dueAt?.toISOString() ?? null,
    ...decisionPart(task),
    canDecide,
    canReduceHours,
    approvalLimit,
    holderName: holder,
  } satisfies TaskView;
}

function decisionPart({ decidedBy, decidedAt, outcome, comment }: TaskRow["task"]) {
  return {
    decidedBy: decidedBy === null ? null : `${decidedBy.organizationName} ${decidedBy.name}`,
    decidedAt: decidedAt?.toISOString() ?? null,
    outcome,
    comment,
  };
}

export function presentTasks(page: Page<TaskRow>, ctx: CommandContext): ResponseOf<typeof listContract> {
  return { ...page, rows: page.rows.map((row) => presentTask(row, ctx)) };
}

export function presentDecision({ task }: Decision, ctx: CommandContext): TaskView {
  const actor = requireActor(ctx);
  const names = new Map([[actor.organizationId, actor.organizationName]]);
  const settled = { canDecide: false, canReduceHours: false, approvalLimit: null };
  return presentTask({ task, ...settled, holderName: holderName(task, names) }, ctx);
}

export function presentCounts(counts: TaskCounts): ResponseOf<typeof countContract> {
  const groups = counts.groups.map((group) => ({
    ...group,
    processName: processNames[group.processKey] ?? group.processKey,
  }));
  return { ...counts, groups };
}

/** Each row of a batch says for itself what became of it (AUD-09). */
export function presentBatch(rows: readonly RowResult[]): ResponseOf<typeof batchContract> {
  const failed = rows.filter(({ error }) => error !== null).length;
  return {
    succeeded: rows.length - failed,
    failed,
    results: rows.map(({ taskId, number, applicantName, error }) => ({
      taskId,
      number,
      applicantName,
      ok: error === null,
      code: error?.code ?? null,
      message: error?.message ?? null,
    })),
  };
}
