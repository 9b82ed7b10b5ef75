import type { WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { cancelInstance as contract } from "../../../shared/contracts/instances.ts";
import { cancelInstance as cancel } from "../../../workflows/runtime/operate.ts";
import type { CommandContext } from "../../command-context.ts";
import { asAppError } from "../workflow/step-instance.ts";
import { recordAudit } from "../record-audit.ts";
import { loadOperated } from "./load-operated.ts";
import { releaseCalls } from "./release-calls.ts";
import { tellConcerned } from "./tell-concerned.ts";

/**
 * An operator ends an instance that cannot go on (OPS-04): its application is released as if it had been withdrawn, so
 * that it may be made again; hours are never touched (OPS-03). Told: whoever applied and whoever had to act. Errors:
 * `permission.denied`, `instance.not_found`, `instance.not_cancellable` (409) where the diagram knows no release,
 * `task.withdrawn` (409) when it has ended, `request.conflict`.
 */
export async function cancelInstance(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const instance = await loadOperated(ctx, input.id);
  if (instance.status !== "running") throw new AppError("task.withdrawn");
  const calls = await releaseCalls(ctx, instance);
  if (calls === null || calls.length === 0) throw new AppError("instance.not_cancellable");
  const tasks = await openTasks(instance);
  await cancel(ctx, instance._id).catch((error: unknown) => {
    throw asAppError(error);
  });
  const { kind: businessKind, id: businessId } = instance.businessKey;
  for (const { name } of calls) {
    const service = ctx.app.services[name];
    if (service === undefined) throw new AppError("instance.not_cancellable");
    await service(ctx, { name, instanceId: instance._id, businessKind, businessId, comment: input.reason });
  }
  await recordAudit(ctx, "instance.cancelled", {
    subjectId: instance._id,
    data: { processKey: instance.processKey, businessId, reason: input.reason },
  });
  await tellConcerned(ctx, instance, {
    tasks,
    kind: "instance.cancelled",
    title: "流程已由平台终止",
    text: (subject) => `${subject}已由平台运维人员终止，原因：${input.reason}`,
  });
  return { ok: true };
}

function openTasks({ _id }: WorkflowInstanceRecord): Promise<WorkflowTaskRecord[]> {
  return WorkflowTask.find({ instanceId: _id, status: "open" }).lean<WorkflowTaskRecord[]>().exec();
}
