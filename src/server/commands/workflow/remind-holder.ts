import { OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { dateTimeText } from "../../../shared/dates.ts";
import { takeReminder } from "../../../workflows/runtime/reminders.ts";
import type { CommandContext } from "../../command-context.ts";
import { moduleOf } from "../../permissions/workflow.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { type Message, notify } from "../notify.ts";
import { recordAudit } from "../record-audit.ts";

/**
 * Reminds the holder of a task at 50, 80 and 100 % of its time; at 100 % its superior organization is told too
 * (FLW-11). False when another node was faster, or the task was decided meanwhile: what is sent is sent once.
 */
export async function remindHolder(ctx: CommandContext, due: WorkflowTaskRecord): Promise<boolean> {
  const reminder = await takeReminder(ctx, due);
  if (reminder === null) return false;
  const { task, percent } = reminder;
  await tellHolder(ctx, task, messageOf(task, percent));
  const escalatedTo = percent === 100 ? await escalate(ctx, task) : null;
  const data = { taskId: task._id, percent, holder: task.candidate.id, escalatedTo };
  await recordAudit(ctx, "task.reminded", { subjectId: task.instanceId, data });
  return true;
}

function messageOf(task: WorkflowTaskRecord, percent: number): Message {
  const due = task.dueAt === null ? "" : dateTimeText(task.dueAt);
  const title = percent === 100 ? "待办事项已超过办理时限" : `待办事项办理时限已过${percent}%`;
  return {
    kind: "task.reminded",
    title,
    text: `${task.applicantName}提交的「${task.title}」（${task.number ?? ""}）正在等待「${task.name}」，办理时限为${due}。`,
    subjectId: task.instanceId,
  };
}

async function tellHolder(ctx: CommandContext, task: WorkflowTaskRecord, message: Message): Promise<void> {
  const { candidate } = task;
  if (candidate.kind === "organization") {
    const module = moduleOf(task) ?? "declarations:submit";
    await tellAdministrators(ctx, { organizationId: candidate.id, module, item: task }, message);
    return;
  }
  const person = await PersonModel.findById(candidate.id, { accountId: 1 }).lean();
  if (person !== null) await notify(ctx, person.accountId, message);
}

/** Tells the administrators above the holder; the id of their organization, or null where nobody is above. */
async function escalate(ctx: CommandContext, task: WorkflowTaskRecord): Promise<string | null> {
  if (task.candidate.kind !== "organization") return null;
  const holder = await OrganizationModel.findById(task.candidate.id, {
    name: 1,
    superiorId: 1,
    bureauId: 1,
  }).lean();
  const above = holder?.superiorId ?? null;
  if (holder === null || above === null) return null;
  const module = moduleOf(task) ?? "declarations:review";
  await tellAdministrators(
    ctx,
    { organizationId: above, module, item: task },
    {
      kind: "task.escalated",
      title: "下级单位办理超时",
      text: `${holder.name}的待办「${task.title}」（${task.number ?? ""}，${task.name}）已超过办理时限，请督促办理。`,
      subjectId: task.instanceId,
    },
  );
  return above;
}
