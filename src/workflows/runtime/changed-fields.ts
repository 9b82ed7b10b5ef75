import type { WorkflowInstanceRecord } from "../../models/workflow-instance.ts";

/**
 * What a step changed of an instance beside its events. Nearly every step changes none of it, and casting and writing
 * it again would be half of the step's cost.
 */
export function changedFields(
  before: WorkflowInstanceRecord,
  { status, endedAs, endedAt }: WorkflowInstanceRecord,
): Pick<Partial<WorkflowInstanceRecord>, "status" | "endedAs" | "endedAt"> {
  if (status === before.status) return {};
  return { status, endedAs: endedAs ?? null, endedAt: endedAt ?? null };
}
