import type { WorkflowTaskRecord } from "../../models/workflow-task.ts";
import { addWorkingDays, type AddWorkdays, reminderTimes } from "../assignment/working-days.ts";
import type { WorkflowContext } from "./context.ts";

/** What is known of an organization when a task comes to it. */
export interface HolderRule {
  /** Who acts in its place, and why in Chinese (FLW-10, SUB-03); null when it can act itself. */
  readonly standIn: { readonly organizationId: string; readonly notice: string } | null;
  /** 审核时限 that whoever acts has published, in working days; null for none (GEN-11). */
  readonly limitWorkingDays: number | null;
}

/** Tells what is known of an organization that is to do a task of a module. */
export type HolderLookup = (organizationId: string, module: string) => Promise<HolderRule>;

/**
 * Fits tasks that are about to be opened to their holders as they are today, not as they were when the route was
 * frozen: an organization that cannot act any more is stood in for, and a published limit shortens the time that the
 * diagram gives, never lengthens it (FLW-11). An applicant's own tasks stay as they are. `holderRule` stands for the
 * runtime's where the caller has read organizations in this transaction.
 */
export async function fitToHolders(
  { workflow }: WorkflowContext,
  tasks: readonly WorkflowTaskRecord[],
  holderRule: HolderLookup | undefined = workflow.holderRule,
): Promise<WorkflowTaskRecord[]> {
  if (holderRule === undefined) return [...tasks];
  const fitted: WorkflowTaskRecord[] = [];
  for (const task of tasks) {
    const { module, candidate } = task;
    const isReview = module !== null && candidate.kind === "organization";
    fitted.push(isReview ? fit(task, await holderRule(candidate.id, module), workflow.addWorkdays) : task);
  }
  return fitted;
}

function fit(
  task: WorkflowTaskRecord,
  { standIn, limitWorkingDays }: HolderRule,
  addWorkdays: AddWorkdays,
): WorkflowTaskRecord {
  const held =
    standIn === null
      ? task
      : {
          ...task,
          candidate: { kind: "organization" as const, id: standIn.organizationId },
          notice: [task.notice, standIn.notice].filter((one) => one !== null).join("；"),
        };
  if (held.dueAt === null || limitWorkingDays === null) return held;
  const dueAt = addWorkingDays(addWorkdays, held.createdAt, limitWorkingDays);
  if (dueAt >= held.dueAt) return held;
  return { ...held, dueAt, remindAt: reminderTimes(held.createdAt, dueAt)[0] ?? null };
}
