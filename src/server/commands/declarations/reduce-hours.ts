import { DeclarationModel, type Hours } from "../../../models/declaration.ts";
import {
  WorkflowInstance,
  type WorkflowRoutePlace,
  type WorkflowSubject,
} from "../../../models/workflow-instance.ts";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { decideOutcome } from "../../../rules/decide-outcome.ts";
import { findForm, localForm } from "../../../rules/find-form.ts";
import type { RulePacks } from "../../../rules/load-packs.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { decideTask } from "../../../shared/contracts/workflow.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * Hours reduced with a decision (APR-12), with a reason, only downward, only when approving. Where the employer
 * determines them only his step may; hours that the declarant typed from a paper any step may; hours that follow from
 * the tables, or that a granting bureau set for a class, nobody (docs/decisions/0020). Returns what lists show from now
 * on. Errors: `task.hours_not_allowed` (400) saying which of these it was, `task.comment_required` (400).
 */
export async function reduceHours(
  ctx: CommandContext,
  task: WorkflowTaskRecord,
  input: InputOf<typeof decideTask>,
): Promise<Partial<WorkflowSubject>> {
  const to = input.hours ?? { public: 0, professional: 0 };
  if (input.outcome !== "approve") throw notAllowed("只有审核通过时可以调整学时");
  if (!(await isReducible(ctx.app.packs, task)))
    throw notAllowed("由单位确定学时的形式仅用人单位环节可以核减；按标准折算的学时不能调整，有误请驳回");
  const declaration = await DeclarationModel.findById(task.businessId, { hours: 1 }).lean();
  if (declaration === null) throw new AppError("task.withdrawn");
  const from = declaration.hours;
  checkReduction(from, to);
  if (from.public === to.public && from.professional === to.professional) return {};
  if (input.comment === "") throw new AppError("task.comment_required");
  await writeReduction(ctx, task.businessId, { from, to, reason: input.comment });
  return { hours: to };
}

type Reviewed = Pick<
  WorkflowTaskRecord,
  "processKey" | "form" | "loopIndex" | "elementId" | "year" | "origin"
>;

async function isReducible(packs: RulePacks, task: WorkflowTaskRecord): Promise<boolean> {
  const instance = await WorkflowInstance.findById(task.instanceId, { route: 1 }).lean();
  return mayReduce(packs, task, instance?.route[task.loopIndex]?.stepKind);
}

/** Whether a step may reduce the hours: also what the page asks before it shows the field. */
export function mayReduce(
  packs: RulePacks,
  task: Reviewed,
  stepKind: WorkflowRoutePlace["stepKind"] | undefined,
): boolean {
  const { processKey, elementId, form, origin, loopIndex } = task;
  if (processKey !== "declaration" || elementId !== "review" || form === null || origin === "base")
    return false;
  const facts = { form, ...(task.year === null ? {} : { year: task.year }) };
  if (decideOutcome(packs, "hoursDeterminer", facts).outcome === "employer")
    return loopIndex === 0 && stepKind === "employer";
  return isTyped(packs, task);
}

/** Whether a form's hours are typed from what its organizer wrote. Local rules (form 13) say how they are computed. */
function isTyped(packs: RulePacks, { form, year }: Reviewed): boolean {
  if (form === null || year === null || form === localForm) return false;
  return findForm(packs, { form, year, facts: {} }).decision.form?.hoursAreTyped === true;
}

function checkReduction(from: Hours, to: Hours): void {
  if (to.public > from.public || to.professional > from.professional) throw notAllowed("只能核减，不能增加");
  if (to.public + to.professional <= 0) throw notAllowed("核减后的学时须大于0，否则请驳回");
  const tenths = [to.public * 10, to.professional * 10];
  if (tenths.some((value) => Math.abs(value - Math.round(value)) > 1e-6))
    throw notAllowed("学时最多一位小数");
}

async function writeReduction(
  ctx: CommandContext,
  declarationId: string,
  { from, to, reason }: { from: Hours; to: Hours; reason: string },
): Promise<void> {
  const actor = requireActor(ctx);
  const change = {
    by: actor.name,
    organizationName: actor.organizationName,
    at: ctx.clock.now(),
    from,
    to,
    reason,
  };
  const written = await DeclarationModel.updateOne(
    { _id: declarationId, status: "pending" },
    { $set: { hours: to }, $push: { hoursChanges: change }, $inc: { version: 1 } },
  );
  if (written.matchedCount === 0) throw new AppError("task.withdrawn");
  await recordAudit(ctx, "declaration.hours_changed", {
    subjectId: declarationId,
    data: { from, to, reason },
  });
}

function notAllowed(reason: string): AppError {
  return new AppError("task.hours_not_allowed", { reason });
}
