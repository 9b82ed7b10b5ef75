import { ApplicationModel } from "../../../models/application.ts";
import type { WorkflowSubject } from "../../../models/workflow-instance.ts";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { decideTask } from "../../../shared/contracts/workflow.ts";
import type { CommandContext } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { type BaseClass, classHours } from "./base-class.ts";

const mostHours = 500;

/** Whether a task is the one whose decision sets the hours of a class: what the page asks before it shows the field. */
export function setsClassHours({
  processKey,
  elementId,
}: Pick<WorkflowTaskRecord, "processKey" | "elementId">): boolean {
  return processKey === "base-class" && elementId === "review";
}

/**
 * The hours of a class as the granting bureau sets them by actual study time, more or fewer than proposed (CNV-01,
 * HRS-04). Returns what lists show from now on. Errors: `task.hours_not_allowed` (400) saying why,
 * `task.comment_required` (400) when they differ from the proposal.
 */
export async function setClassHours(
  ctx: CommandContext,
  task: WorkflowTaskRecord,
  input: InputOf<typeof decideTask>,
): Promise<Partial<WorkflowSubject>> {
  if (input.outcome !== "approve" || !setsClassHours(task)) throw notAllowed("只有审核通过时可以核定学时");
  const application = await ApplicationModel.findById(task.businessId).lean<BaseClass>();
  if (application === null) throw new AppError("task.withdrawn");
  const { subject, proposedHours } = application.data;
  const hours = checkedHours(subject, input.hours ?? classHours(subject, proposedHours));
  if (hours === proposedHours) return {};
  if (input.comment === "") throw new AppError("task.comment_required");
  const set = await ApplicationModel.updateOne(
    { _id: application._id, status: "pending" },
    { $set: { "data.hours": hours }, $inc: { version: 1 } },
  );
  if (set.matchedCount === 0) throw new AppError("task.withdrawn");
  const data = { from: proposedHours, to: hours, reason: input.comment };
  await recordAudit(ctx, "class.hours_set", { subjectId: application._id, data });
  return { hours: classHours(subject, hours) };
}

function checkedHours(
  subject: "public" | "professional",
  given: { public: number; professional: number },
): number {
  const hours = given[subject];
  if (given.public + given.professional !== hours) throw notAllowed("只能核定本班次科目的学时");
  if (hours <= 0) throw notAllowed("核定的学时须大于0，否则请驳回");
  if (hours > mostHours) throw notAllowed(`核定的学时不能超过${mostHours}`);
  if (Math.abs(hours * 10 - Math.round(hours * 10)) > 1e-6) throw notAllowed("学时最多一位小数");
  return hours;
}

function notAllowed(reason: string): AppError {
  return new AppError("task.hours_not_allowed", { reason });
}
