import { AppError } from "../../../shared/app-error.ts";
import { hideTask as hide } from "../../../workflows/runtime/operate.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { recordAudit } from "../record-audit.ts";
import { loadTask } from "./load-task.ts";

/**
 * 「删除」 in 已审核: the row leaves the actor's own list, and nothing else changes: other administrators, the instance and
 * the audit chain have it for ever (AUD-02, AUD-03). Errors: `task.not_found` (404), `task.not_decided` (409).
 */
export async function hideTask(ctx: CommandContext, input: { id: string }): Promise<{ ok: true }> {
  const actor = requireActor(ctx);
  const task = await loadTask(actor, input.id);
  if (task.status !== "decided") throw new AppError("task.not_decided");
  await hide(task._id, actor.accountId);
  await recordAudit(ctx, "task.hidden", { subjectId: task.businessId, data: { taskId: task._id } });
  return { ok: true };
}
