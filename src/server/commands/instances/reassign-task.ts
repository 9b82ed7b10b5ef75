import { OrganizationModel } from "../../../models/organization.ts";
import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { reassignTask as contract } from "../../../shared/contracts/instances.ts";
import { reassignTask as reassign } from "../../../workflows/runtime/operate.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeOperation } from "../../permissions/instances.ts";
import { asAppError } from "../workflow/step-instance.ts";
import { recordAudit } from "../record-audit.ts";
import { tellConcerned } from "./tell-concerned.ts";

/**
 * An operator gives an open task to another organization (OPS-04), with a notice that everybody sees at it. Told: both
 * holders and whoever applied. Errors: `permission.denied`, `task.not_found`, `task.withdrawn` (409) when it is no
 * longer open, `task.not_reassignable` (409) for an applicant's own task and for an organization that cannot act.
 */
export async function reassignTask(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  authorizeOperation(requireActor(ctx));
  const task = await WorkflowTask.findById(input.id).lean<WorkflowTaskRecord>();
  const instance =
    task === null ? null : await WorkflowInstance.findById(task.instanceId).lean<WorkflowInstanceRecord>();
  if (task === null || instance === null) throw new AppError("task.not_found");
  if (task.status !== "open") throw new AppError("task.withdrawn");
  const name = await requireHolder(task, input.organizationId);
  const candidate = { kind: "organization" as const, id: input.organizationId };
  const notice = `由平台运维人员改派至${name}：${input.reason}`;
  const moved = await reassign(task._id, { candidate, notice }).catch((error: unknown) => {
    throw asAppError(error);
  });
  const data = {
    taskId: task._id,
    from: task.candidate.id,
    to: input.organizationId,
    reason: input.reason,
  };
  await recordAudit(ctx, "task.reassigned", { subjectId: instance._id, data });
  await tellConcerned(ctx, instance, {
    tasks: [task, moved],
    kind: "task.reassigned",
    title: "待办事项已改派",
    text: (subject) => `${subject}的「${task.name}」已改由${name}办理，原因：${input.reason}`,
  });
  return { ok: true };
}

/** The name of an organization that may take the task: active, with an administrator, and not its holder already. */
async function requireHolder(task: WorkflowTaskRecord, organizationId: string): Promise<string> {
  const refuse = (reason: string) => new AppError("task.not_reassignable", { reason });
  if (task.candidate.kind !== "organization" || task.module === null) throw refuse("该环节由申请人本人办理");
  if (task.candidate.id === organizationId) throw refuse("该单位就是当前办理单位");
  const found = await OrganizationModel.findById(organizationId, {
    name: 1,
    status: 1,
    hasAdministrator: 1,
  }).lean();
  if (found?.status !== "active") throw refuse("所选单位不存在或已注销");
  if (!found.hasAdministrator) throw refuse("所选单位没有可用的管理员");
  return found.name;
}
