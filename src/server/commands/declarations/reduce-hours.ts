import { DeclarationModel, type Hours } from "../../../models/declaration.ts";
import { WorkflowInstance, type WorkflowSubject } from "../../../models/workflow-instance.ts";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { decideOutcome } from "../../../rules/decide-outcome.ts";
import type { RulePacks } from "../../../rules/load-packs.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { decideTask } from "../../../shared/contracts/workflow.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * Hours reduced with a decision (APR-12): only the employer's step of a form whose hours the employer determines,
 * only downward, with a reason, only when approving. Returns what lists show from now on. Errors:
 * `task.hours_not_allowed` (400) saying which of these it was, `task.comment_required` (400).
 */
export async function reduceHours(
  ctx: CommandContext,
  task: WorkflowTaskRecord,
  input: InputOf<typeof decideTask>,
): Promise<Partial<WorkflowSubject>> {
  const to = input.hours ?? { public: 0, professional: 0 };
  if (input.outcome !== "approve") throw notAllowed("只有审核通过时可以调整学时");
  if (!(await determinesHours(ctx.app.packs, task)))
    throw notAllowed("仅由单位确定学时的形式，且由用人单位环节调整");
  const declaration = await DeclarationModel.findById(task.businessId, { hours: 1 }).lean();
  if (declaration === null) throw new AppError("task.withdrawn");
  const from = declaration.hours;
  checkReduction(from, to);
  if (from.public === to.public && from.professional === to.professional) return {};
  if (input.comment === "") throw new AppError("task.comment_required");
  await writeReduction(ctx, task.businessId, { from, to, reason: input.comment });
  return { hours: to };
}

/** Whether this step may change the hours: also what the page asks before it shows the field. */
export async function determinesHours(
  packs: RulePacks,
  task: Pick<WorkflowTaskRecord, "processKey" | "form" | "instanceId" | "loopIndex" | "elementId" | "year">,
): Promise<boolean> {
  if (!mayDetermine(packs, task)) return false;
  const instance = await WorkflowInstance.findById(task.instanceId, { route: 1 }).lean();
  return instance?.route[task.loopIndex]?.stepKind === "employer";
}

/** The part of the answer that needs no look-up: the first step of a form that the employer determines. */
export function mayDetermine(
  packs: RulePacks,
  task: Pick<WorkflowTaskRecord, "processKey" | "form" | "loopIndex" | "elementId" | "year">,
): boolean {
  if (task.processKey !== "declaration" || task.elementId !== "review") return false;
  if (task.loopIndex !== 0 || task.form === null) return false;
  const facts = { form: task.form, ...(task.year === null ? {} : { year: task.year }) };
  return decideOutcome(packs, "hoursDeterminer", facts).outcome === "employer";
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
