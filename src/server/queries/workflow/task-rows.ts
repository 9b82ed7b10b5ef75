import { OrganizationModel } from "../../../models/organization.ts";
import { WorkflowInstance, type WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import type { WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import { isoDate } from "../../../shared/dates.ts";
import type { Actor, CommandContext } from "../../command-context.ts";
import { requireActor } from "../../command-context.ts";
import { setsClassHours } from "../../commands/base-classes/set-class-hours.ts";
import { mayReduce } from "../../commands/declarations/reduce-hours.ts";
import { isOwnItem, mayDecide } from "../../permissions/workflow.ts";
import { type ApprovalLimit, approvalLimit } from "./approval-limit.ts";
import { participantsAmong } from "./participants.ts";

/** A task as lists show it: what it is, who holds it, and what the actor may do with it. */
export interface TaskRow {
  task: WorkflowTaskRecord;
  canDecide: boolean;
  canReduceHours: boolean;
  /** of an open task */
  approvalLimit: ApprovalLimit | null;
  holderName: string;
}

type Item = Pick<WorkflowInstanceRecord, "_id" | "startedBy" | "parties" | "route">;

/** Completes tasks to rows, with one query for all their instances and at most three more, whatever the page. */
export async function taskRows(
  ctx: CommandContext,
  tasks: readonly WorkflowTaskRecord[],
): Promise<TaskRow[]> {
  const actor = requireActor(ctx);
  const items = await itemsOf(tasks.filter(({ status }) => status === "open"));
  const names = await holderNames(actor, tasks);
  const isInside = await ownHours(actor, tasks);
  const today = isoDate(ctx.clock.now());
  return tasks.map((task) => {
    const item = items.get(task.instanceId);
    const canDecide = item !== undefined && isDecidable(actor, task, item) && !isInside(task);
    const stepKind = item?.route[task.loopIndex]?.stepKind;
    return {
      task,
      canDecide,
      canReduceHours: canDecide && (setsClassHours(task) || mayReduce(ctx.app.packs, task, stepKind)),
      approvalLimit: task.status === "open" ? approvalLimit(ctx.app.packs, task, today) : null,
      holderName: holderName(task, names),
    };
  });
}

/** Whether a review is of hours of the actor's own, among others' (AUD-10). */
async function ownHours(
  { personId }: Actor,
  tasks: readonly WorkflowTaskRecord[],
): Promise<(task: WorkflowTaskRecord) => boolean> {
  if (personId === null) return () => false;
  const reviews = tasks.filter(({ status, module }) => status === "open" && module !== null);
  const takesPart = await participantsAmong([personId], reviews);
  return (task) => task.module !== null && takesPart(task, personId);
}

function isDecidable(actor: Actor, task: WorkflowTaskRecord, item: Item): boolean {
  return mayDecide(actor, task) && (task.module === null || !isOwnItem(actor, item));
}

async function itemsOf(open: readonly WorkflowTaskRecord[]): Promise<Map<string, Item>> {
  if (open.length === 0) return new Map();
  const items = await WorkflowInstance.find(
    { _id: { $in: [...new Set(open.map(({ instanceId }) => instanceId))] } },
    { startedBy: 1, parties: 1, route: 1 },
  ).lean<Item[]>();
  return new Map(items.map((item) => [item._id, item]));
}

/** Names of the organizations that hold tasks; the actor's own needs no look-up. */
export async function holderNames(
  actor: Pick<Actor, "organizationId" | "organizationName">,
  tasks: readonly Pick<WorkflowTaskRecord, "candidate">[],
): Promise<Map<string, string>> {
  const names = new Map([[actor.organizationId, actor.organizationName]]);
  const ids = tasks.flatMap(({ candidate }) => (candidate.kind === "organization" ? candidate.id : []));
  const missing = [...new Set(ids)].filter((id) => !names.has(id));
  if (missing.length === 0) return names;
  const found = await OrganizationModel.find({ _id: { $in: missing } }, { name: 1 }).lean();
  for (const { _id, name } of found) names.set(_id, name);
  return names;
}

/** Who holds a task: an organization, or the applicant himself. */
export function holderName(
  task: Pick<WorkflowTaskRecord, "candidate" | "applicantName">,
  names: ReadonlyMap<string, string>,
): string {
  return task.candidate.kind === "person" ? task.applicantName : (names.get(task.candidate.id) ?? "");
}
