import { OrganizationModel } from "../../../models/organization.ts";
import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { urgeInstance as contract } from "../../../shared/contracts/instances.ts";
import { dateTimeText } from "../../../shared/dates.ts";
import { urgeEveryMs, urgeTask } from "../../../workflows/runtime/reminders.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { moduleOf } from "../../permissions/workflow.ts";
import { isInstanceApplicant, maySeeInstance } from "../../permissions/instances.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { recordAudit } from "../record-audit.ts";

/** When one may urge again, and whom it reached. */
export interface Urged {
  nextAt: Date;
  holders: string[];
}

/**
 * 催办 by whoever applied (APR-05, PRG-09): tells the administrators of the organizations that have to act. Errors:
 * `instance.not_found` (404) for others, `permission.denied` (403) for those who only see it,
 * `instance.nothing_to_urge` (409), `instance.urged_already` (429) with when it is possible again.
 */
export async function urgeInstance(ctx: CommandContext, input: InputOf<typeof contract>): Promise<Urged> {
  const actor = requireActor(ctx);
  const instance = await WorkflowInstance.findById(input.id).lean<WorkflowInstanceRecord>();
  if (instance === null || !(await maySeeInstance(actor, instance))) throw new AppError("instance.not_found");
  if (!isInstanceApplicant(actor, instance)) throw new AppError("permission.denied");
  return urgeHolders(ctx, instance._id);
}

/** The same for somebody whose right to urge was checked otherwise: an applicant without an account. */
export async function urgeHolders(ctx: CommandContext, instanceId: string): Promise<Urged> {
  const tasks = await WorkflowTask.find({ instanceId }).lean<WorkflowTaskRecord[]>();
  const held = tasks.filter(
    ({ status, candidate }) => status === "open" && candidate.kind === "organization",
  );
  if (held.length === 0) throw new AppError("instance.nothing_to_urge");
  refuseTooSoon(ctx, tasks);
  for (const task of held) {
    // Somebody else's 催办 of the same moment may have been first.
    if (!(await urgeTask(ctx, task._id))) throw new AppError("request.conflict");
    await tellHolder(ctx, task);
  }
  const holders = held.map(({ candidate }) => candidate.id);
  await recordAudit(ctx, "instance.urged", { subjectId: instanceId, data: { holders } });
  const found = await OrganizationModel.find({ _id: { $in: holders } }, { name: 1 }).lean();
  return {
    nextAt: new Date(ctx.clock.now().getTime() + urgeEveryMs),
    holders: found.map(({ name }) => name),
  };
}

/** Once in 24 hours an instance, wherever it has gone meanwhile. */
function refuseTooSoon(ctx: CommandContext, tasks: readonly WorkflowTaskRecord[]): void {
  const last = Math.max(0, ...tasks.map(({ urgedAt }) => urgedAt?.getTime() ?? 0));
  const nextAt = last + urgeEveryMs;
  const waitMs = nextAt - ctx.clock.now().getTime();
  if (waitMs <= 0) return;
  throw new AppError("instance.urged_already", {
    nextAt: dateTimeText(new Date(nextAt)),
    seconds: Math.ceil(waitMs / 1000),
  });
}

async function tellHolder(ctx: CommandContext, task: WorkflowTaskRecord): Promise<void> {
  await tellAdministrators(
    ctx,
    { organizationId: task.candidate.id, module: moduleOf(task) ?? "declarations:submit", item: task },
    {
      kind: "instance.urged",
      title: "申请人催办",
      text: `${task.applicantName}提交的「${task.title}」（${task.number ?? ""}）正在等待「${task.name}」，请尽快办理。`,
      subjectId: task.instanceId,
    },
  );
}
