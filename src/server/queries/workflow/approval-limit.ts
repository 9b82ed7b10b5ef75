import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import type { RulePacks } from "../../../rules/load-packs.ts";
import { closingIfAny, type YearClosing } from "../../../rules/year-closing.ts";

/** Until when something may be approved (PST-04), and whether that day is over. */
export interface ApprovalLimit {
  lastDay: string;
  isOver: boolean;
}

export type Limited = Pick<WorkflowTaskRecord, "processKey" | "year" | "module" | "makeUp">;

/** Whatever leads to hours of a year by being approved. Plans alone credit nothing; adjustments declare nothing. */
const declaring: ReadonlySet<string> = new Set(["declaration", "plan-declaration", "base-class"]);

/**
 * The last day on which a task may be decided with approval, at whatever step; null where the policy sets none, for
 * what waits for its applicant, and for 补报, which has its window instead (PST-02). `today` is the ISO day in Shanghai.
 */
export function approvalLimit(packs: RulePacks, task: Limited, today: string): ApprovalLimit | null {
  if (task.module === null || task.makeUp === true) return null;
  const lastDay = closingFor(packs, task)?.lastApprovalDay ?? null;
  return lastDay === null ? null : { lastDay, isOver: today > lastDay };
}

/** The closing of the year that a task declares; null for other tasks, and a year that the policy does not speak of. */
export function closingFor(
  packs: RulePacks,
  { processKey, year }: Pick<Limited, "processKey" | "year">,
): YearClosing | null {
  return year === null || !declaring.has(processKey) ? null : closingIfAny(packs, year);
}
