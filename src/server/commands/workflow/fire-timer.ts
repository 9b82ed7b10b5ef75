import type { WorkflowTimerRecord } from "../../../models/workflow-timer.ts";
import { fireTimer } from "../../../workflows/runtime/timers.ts";
import type { CommandContext } from "../../command-context.ts";
import { workflowContext } from "../../workflow-runtime.ts";
import { recordAudit } from "../record-audit.ts";
import { runServiceCalls } from "./step-instance.ts";

/**
 * Fires a timer that this node has claimed (TRF-12): the row, the instance, the services behind the step and the audit
 * event are one transaction. False when there was nothing left to do.
 */
export async function fireWorkflowTimer(ctx: CommandContext, timer: WorkflowTimerRecord): Promise<boolean> {
  const step = await fireTimer(workflowContext(ctx), timer);
  if (step === null) return false;
  await runServiceCalls(ctx, step, "");
  await recordAudit(ctx, "instance.timer_fired", {
    subjectId: timer.instanceId,
    data: { key: timer.key, processKey: timer.processKey, open: step.summary.open },
  });
  return true;
}
