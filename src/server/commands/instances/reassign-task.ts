import { OrganizationModel } from "../../../models/organization.ts";
import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { reassignTask as contract } from "../../../shared/contracts/instances.ts";
import { reassignTask as reassign } from "../../../workflows/runtime/operate.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeReroute, mayReroute } from "../../permissions/instances.ts";
import { unheldTasks } from "../../queries/workflow/unheld-tasks.ts";
import { showToHolder } from "../workflow/show-to-holder.ts";
import { asAppError } from "../workflow/step-instance.ts";
import { recordAudit } from "../record-audit.ts";
import { tellConcerned } from "./tell-concerned.ts";

/**
 * An operator (OPS-04), or a bureau within what is below it (HRS-05), gives an open task to another organization, with a
 * notice that everybody sees at it (FLW-09). Told: both holders and whoever applied. Errors: `permission.denied`,
 * `task.not_found` (404) of organizations that are not below the bureau, `task.withdrawn` (409) when it is no longer
 * open, `task.not_reassignable` (409) for an applicant's own task and for an organization that cannot act.
 */
export async function reassignTask(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ ok: true }> {
  const actor = requireActor(ctx);
  authorizeReroute(actor);
  const { task, instance } = await load(actor, input.id);
  if (task.status !== "open") throw new AppError("task.withdrawn");
  const name = await requireHolder(actor, { task, instance }, input.organizationId);
  const candidate = { kind: "organization" as const, id: input.organizationId };
  const by = actor.role === "operator" ? "平台运维人员" : `「${actor.organizationName}」`;
  const notice = `由${by}改派至${name}：${input.reason}`;
  const moved = await reassign(task._id, { candidate, notice }).catch((error: unknown) => {
    throw asAppError(error);
  });
  await showToHolder(instance, input.organizationId);
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

interface Item {
  task: WorkflowTaskRecord;
  instance: WorkflowInstanceRecord;
}

async function load(actor: Actor, taskId: string): Promise<Item> {
  const task = await WorkflowTask.findById(taskId).lean<WorkflowTaskRecord>();
  const instance =
    task === null ? null : await WorkflowInstance.findById(task.instanceId).lean<WorkflowInstanceRecord>();
  if (task === null || instance === null) throw new AppError("task.not_found");
  const holder = task.candidate.kind === "organization" ? task.candidate.id : instance.organizationId;
  if (!(await mayReroute(actor, holder))) throw new AppError("task.not_found");
  return { task, instance };
}

/**
 * The name of an organization that may take the task: not its holder already, not whoever applied, within the actor's
 * reach, active, and with somebody who may decide it and whose own item it is not (AUD-10).
 */
async function requireHolder(
  actor: Actor,
  { task, instance }: Item,
  organizationId: string,
): Promise<string> {
  const refuse = (reason: string) => new AppError("task.not_reassignable", { reason });
  if (task.candidate.kind !== "organization" || task.module === null) throw refuse("该环节由申请人本人办理");
  if (task.candidate.id === organizationId) throw refuse("该单位就是当前办理单位");
  if (instance.parties["applicant"]?.id === organizationId) throw refuse("不能改派给申请单位");
  const found = await OrganizationModel.findById(organizationId, { name: 1, status: 1 }).lean();
  if (found?.status !== "active" || !(await mayReroute(actor, organizationId)))
    throw refuse("所选单位不存在、已注销或不在管辖范围内");
  const [unheld] = await unheldTasks([{ ...task, candidate: { kind: "organization", id: organizationId } }]);
  if (unheld !== undefined) throw refuse(unheld.text);
  return found.name;
}
