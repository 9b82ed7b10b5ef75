import { OrganizationModel } from "../../../models/organization.ts";
import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { reassignTask } from "../../../workflows/runtime/operate.ts";
import { restoreTasks } from "../../../workflows/runtime/restore-tasks.ts";
import type { CommandContext } from "../../command-context.ts";
import { type UnheldTask, unheldTasks } from "../../queries/workflow/unheld-tasks.ts";
import { workflowContext } from "../../workflow-runtime.ts";
import { tellConcerned } from "../instances/tell-concerned.ts";
import { recordAudit } from "../record-audit.ts";
import { showToHolder } from "./show-to-holder.ts";
import { stepInstance } from "./step-instance.ts";

/** How history names the platform where it acts for nobody else. */
const platform = { accountId: "platform", name: "系统", organizationName: "平台" };

/**
 * Gives a task that its holder cannot do to somebody who can (FLW-10, docs/decisions/0014): to the nearest organization
 * above that can act, finally to the region's bureau; what waits for an applicant who is gone is given up. Looks again
 * inside the transaction. Audited; the old holder, the new one and whoever applied are told. False when nothing was
 * wrong any more, or nobody at all can act: then its notice says that the operator must help.
 */
export async function repairHolder(ctx: CommandContext, taskId: string): Promise<boolean> {
  const task = await WorkflowTask.findById(taskId).lean<WorkflowTaskRecord>();
  if (task === null || task.status !== "open") return false;
  const [unheld] = await unheldTasks([task]);
  if (unheld === undefined) return false;
  if (unheld.reason === "no-instance") return await repairTasks(ctx, task.instanceId);
  const instance = await WorkflowInstance.findById(task.instanceId).lean<WorkflowInstanceRecord>();
  if (instance === null) return false;
  if (unheld.reason === "applicant-gone" && task.outcomes.includes("cancel"))
    return await giveUp(ctx, instance, unheld);
  return await handUp(ctx, instance, unheld);
}

/** Makes an instance's task rows agree with its history; false when nothing was wrong. Audited. */
export async function repairTasks(ctx: CommandContext, instanceId: string): Promise<boolean> {
  const restored = await restoreTasks(workflowContext(ctx), instanceId);
  if (restored === null) return false;
  await recordAudit(ctx, "instance.repaired", {
    subjectId: instanceId,
    data: { opened: restored.opened, closed: restored.closed, timers: restored.timers },
  });
  return true;
}

async function giveUp(
  ctx: CommandContext,
  instance: WorkflowInstanceRecord,
  { task, text }: UnheldTask,
): Promise<boolean> {
  await stepInstance(ctx, instance._id, {
    input: { kind: "decide", taskKey: task.key, outcome: "cancel", actor: platform, comment: text },
    comment: text,
  });
  await recordAudit(ctx, "instance.given_up", { subjectId: instance._id, data: { taskId: task._id } });
  await tellConcerned(ctx, instance, {
    tasks: [task],
    kind: "instance.given_up",
    title: "申请已由系统撤回",
    text: (subject) => `${subject}等待申请人处理，但${text}，已由系统撤回。`,
  });
  return true;
}

async function handUp(
  ctx: CommandContext,
  instance: WorkflowInstanceRecord,
  { task, text }: UnheldTask,
): Promise<boolean> {
  const next = await nextHolder(instance, task);
  if (next === null) return await markStuck(task, text);
  const candidate = { kind: "organization" as const, id: next._id };
  const notice = joined(task.notice, `${text}，由「${next.name}」代审`);
  const moved = await reassignTask(task._id, { candidate, notice });
  await showToHolder(instance, next._id);
  const data = { taskId: task._id, from: task.candidate.id, to: next._id, reason: text };
  await recordAudit(ctx, "task.reassigned", { subjectId: instance._id, data });
  await tellConcerned(ctx, instance, {
    tasks: [task, moved],
    kind: "task.reassigned",
    title: "待办事项已转由上级办理",
    text: (subject) => `${subject}的「${task.name}」：${text}，由「${next.name}」代审。`,
  });
  return true;
}

/**
 * The nearest organization above the holder that can do the task, then the holder's 同级人社, last the provincial
 * bureau (FLW-10).
 */
async function nextHolder(
  instance: WorkflowInstanceRecord,
  task: WorkflowTaskRecord,
): Promise<{ _id: string; name: string } | null> {
  const order = await thoseAbove(instance, task.candidate.id);
  const above = await OrganizationModel.find(
    { _id: { $in: order }, status: "active", kind: { $ne: "operator" } },
    { name: 1 },
  ).lean();
  const asked = above.toSorted((a, b) => order.indexOf(a._id) - order.indexOf(b._id));
  const unable = await unheldTasks(
    asked.map(({ _id }) => ({ ...task, candidate: { kind: "organization" as const, id: _id } })),
  );
  const cannot = new Set(unable.map((one) => one.task.candidate.id));
  return asked.find(({ _id }) => !cannot.has(_id)) ?? null;
}

/** Who is asked, in this order. Of a holder that is no longer known, the applicant's unit and those above it. */
async function thoseAbove(instance: WorkflowInstanceRecord, holderId: string): Promise<string[]> {
  const fields = { ancestorIds: 1, bureauId: 1 } as const;
  const holder = await OrganizationModel.findById(holderId, fields).lean();
  const root = await OrganizationModel.findOne({ kind: "bureau", superiorId: null }, { _id: 1 }).lean();
  const known =
    holder === null
      ? [instance.organizationId, ...instance.scope, ...instance.route.map((place) => place.organizationId)]
      : [...holder.ancestorIds, holder.bureauId ?? ""];
  return [...new Set([...known, root?._id ?? ""])].filter((id) => id !== holderId && id !== "");
}

/** Says at the task that nobody can act; once. */
async function markStuck(task: WorkflowTaskRecord, text: string): Promise<boolean> {
  const stuck = `${text}，请联系平台运维人员处理`;
  if (task.notice?.includes(stuck) === true) return false;
  const notice = joined(task.notice, stuck);
  await WorkflowTask.updateOne({ _id: task._id, status: "open" }, { $set: { notice } });
  return false;
}

function joined(before: string | null, added: string): string {
  return [before, added].filter((one) => one !== null && one !== "").join("；");
}
