import { WorkflowTimer, type WorkflowTimerRecord } from "../../../models/workflow-timer.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { retryTimer as contract } from "../../../shared/contracts/instances.ts";
import { claimTimer } from "../../../workflows/runtime/timers.ts";
import type { CommandContext } from "../../command-context.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { recordAudit } from "../record-audit.ts";
import { fireWorkflowTimer } from "../workflow/fire-timer.ts";
import { loadOperated } from "./load-operated.ts";

/**
 * An operator fires a timer that is overdue, without waiting for a node's next turn (OPS-04). Errors:
 * `permission.denied`, `instance.not_found`, `instance.nothing_to_retry` (409) when it is not due, has fired, or the
 * instance has moved on, `request.conflict` (409) while a node is firing it.
 */
export async function retryTimer(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const instance = await loadOperated(ctx, input.id);
  const timer = await WorkflowTimer.findById(input.timerId).lean<WorkflowTimerRecord>();
  if (timer?.instanceId !== instance._id || timer.status !== "waiting" || timer.dueAt > ctx.clock.now())
    throw new AppError("instance.nothing_to_retry");
  const claimed = await claimTimer(ctx, { timerId: timer._id, owner: `operator-${ctx.requestId}` });
  if (claimed === null) throw new AppError("request.conflict");
  await runCommand(ctx.app, callerOf(ctx), async (step) => {
    const fired = await fireWorkflowTimer(step, claimed);
    if (!fired) throw new AppError("instance.nothing_to_retry");
    const data = { timerId: timer._id, key: timer.key, attempts: timer.attempts, reason: input.reason };
    await recordAudit(step, "instance.timer_retried", { subjectId: instance._id, data });
  });
  return { ok: true };
}
