import type { TaskView } from "../../../shared/contracts/workflow.ts";

type Limit = NonNullable<TaskView["approvalLimit"]>;

/** Until when something may be approved, as reviewers read it wherever they meet it (PST-04). */
export function approvalLimitText({ lastDay, isOver }: Limit): string {
  return isOver ? `审批截止 ${lastDay}，已截止，只能驳回` : `审批截止 ${lastDay}`;
}
