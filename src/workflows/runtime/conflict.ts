import type { WorkflowDecider } from "../../models/workflow-task.ts";

/**
 * The instance no longer waits for what the caller wanted: somebody decided first, the applicant withdrew, or
 * another step was written at the same moment. Maps to 409 with who decided and when (APR-14, AUD-11).
 */
export class WorkflowConflict extends Error {
  /** `decided`: by whom and when is known. `closed`: withdrawn, ended or never open. `concurrent`: retry may succeed. */
  readonly reason: "decided" | "closed" | "concurrent";
  readonly decidedBy: WorkflowDecider | null;
  readonly decidedAt: Date | null;
  readonly outcome: string | null;

  constructor(
    reason: WorkflowConflict["reason"],
    decision: {
      decidedBy: WorkflowDecider | null;
      decidedAt: Date | null;
      outcome: string | null;
    } | null = null,
  ) {
    super(`workflow conflict: ${reason}`);
    this.name = "WorkflowConflict";
    this.reason = reason;
    this.decidedBy = decision?.decidedBy ?? null;
    this.decidedAt = decision?.decidedAt ?? null;
    this.outcome = decision?.outcome ?? null;
  }
}

/** The instance does not exist. Maps to 404. */
export class WorkflowInstanceMissing extends Error {
  constructor(instanceId: string) {
    super(`workflow instance ${instanceId} does not exist`);
    this.name = "WorkflowInstanceMissing";
  }
}
