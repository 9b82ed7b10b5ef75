import type { Application } from "../../../models/application.ts";
import { closingIfAny } from "../../../rules/year-closing.ts";
import { AppError, type FieldProblem } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import {
  type submitTrainingPlan as contract,
  trainingPlanStatusNames,
} from "../../../shared/contracts/training-plans.ts";
import { isoDate, yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";

/** What a unit fills in for a plan (PLN-06). Hours are those of one person over the whole plan. */
export type PlanContent = Omit<InputOf<typeof contract>, "attachments">;

/** The data of an application of the kind `training-plan`. */
export interface TrainingPlanData extends PlanContent {
  /** the first version of the plan; null in that version itself */
  rootId: string | null;
  /** the first version's number, by which its hours are known; null in that version itself */
  rootNumber: string | null;
  /** the approved plan that it is to replace (PLN-08) */
  amendsId: string | null;
  replacedById: string | null;
  /** ISO moment */
  completedAt: string | null;
}

export type TrainingPlan = Application<TrainingPlanData>;
export type TrainingPlanStatus = keyof typeof trainingPlanStatusNames;

/** A plan and its amendments have one identity, so that nobody is counted twice because of an amendment (PLN-10). */
export function planIdentity({ _id, number, data }: TrainingPlan): { rootId: string; planNumber: string } {
  return { rootId: data.rootId ?? _id, planNumber: data.rootNumber ?? number };
}

/** 已完成, 已过期 and 已变更 are states of an approved plan (PLN-08); `currentYear` closes those of earlier years. */
export function planStatusOf(
  { status, data }: Pick<TrainingPlan, "status" | "data">,
  currentYear: number,
): TrainingPlanStatus {
  // Only changes of an organization are ever scheduled.
  if (status === "scheduled") return "pending";
  if (status !== "approved") return status;
  if (data.replacedById !== null) return "replaced";
  if (data.completedAt !== null) return "completed";
  return data.year < currentYear ? "expired" : "approved";
}

/**
 * Throws `plan.not_open` (409) unless the plan is approved, of an open year, and neither completed nor replaced. For a
 * declaration that was returned the year is open until its days of grace are over (PST-04).
 */
export function requireOpenPlan(ctx: CommandContext, plan: TrainingPlan, isCorrection = false): void {
  const now = ctx.clock.now();
  const { year } = plan.data;
  const closing = isCorrection ? closingIfAny(ctx.app.packs, year) : null;
  const inGrace = closing !== null && isoDate(now) <= closing.lastCorrectionDay;
  const status = planStatusOf(plan, inGrace ? year : yearOf(now));
  if (status !== "approved") throw new AppError("plan.not_open", { status: trainingPlanStatusNames[status] });
}

/** What guards a write to an open plan: two that exclude each other meet here. */
export function openPlanFilter(planId: string) {
  return {
    _id: planId,
    status: "approved" as const,
    "data.completedAt": null,
    "data.replacedById": null,
  };
}

/**
 * Throws `plan.invalid` (400) with a problem for each field: the plan lies in one year that has not closed. `sameYear`:
 * of the plan that is corrected or amended, which stays in its year.
 */
export function requireValidPlan(
  ctx: CommandContext,
  { year, startDate, endDate }: PlanContent,
  sameYear: number = year,
): void {
  const currentYear = yearOf(ctx.clock.now());
  const problems: FieldProblem[] = [];
  if (year < currentYear || year > currentYear + 1)
    problems.push({ path: "body.year", message: "只能制定本年度或下一年度的培训计划" });
  if (year !== sameYear) problems.push({ path: "body.year", message: `不能更换年度（${sameYear}）` });
  if (startDate > endDate) problems.push({ path: "body.endDate", message: "结束日期不能早于开始日期" });
  for (const [name, date] of Object.entries({ startDate, endDate })) {
    if (!date.startsWith(`${year}-`))
      problems.push({ path: `body.${name}`, message: `日期应在${year}年度内` });
  }
  if (problems.length === 0) return;
  const reason = [...new Set(problems.map(({ message }) => message))].join("；");
  throw new AppError("plan.invalid", { reason, problems });
}
