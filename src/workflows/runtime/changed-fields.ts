import { isDeepStrictEqual } from "node:util";
import type { WorkflowInstanceRecord } from "../../models/workflow-instance.ts";

/**
 * What a step changed of an instance beside its events. Nearly every step changes none of it, and casting and writing
 * it again would be half of the step's cost.
 */
export function changedFields(
  before: WorkflowInstanceRecord,
  { status, endedAs, endedAt, openTaskCount, subject }: WorkflowInstanceRecord,
): Partial<WorkflowInstanceRecord> {
  return {
    ...(status === before.status ? {} : { status, endedAs, endedAt }),
    ...(openTaskCount === before.openTaskCount ? {} : { openTaskCount }),
    ...(isDeepStrictEqual(subject, before.subject) ? {} : { subject }),
  };
}
