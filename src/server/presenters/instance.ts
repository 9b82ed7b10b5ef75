import type {
  WorkflowEventRecord,
  WorkflowRoutePlace,
  WorkflowSubject,
} from "../../models/workflow-instance.ts";
import type { WorkflowTaskRecord } from "../../models/workflow-task.ts";
import { type InstanceView, processNames } from "../../shared/contracts/workflow.ts";
import { outcomeName } from "../../shared/dictionaries/outcomes.ts";
import { subjectOf } from "../../workflows/runtime/new-tasks.ts";
import { urgeEveryMs } from "../../workflows/runtime/reminders.ts";
import type { InstanceDetail } from "../queries/workflow/get-instance.ts";

type Step = InstanceView["steps"][number];
type HistoryLine = InstanceView["history"][number];

/** An instance's page: progress, history, and what to colour on its diagram. */
export function presentInstance(detail: InstanceDetail): InstanceView {
  const { instance, definition } = detail;
  const { number, title, applicantName, organizationName } = subjectOfTasks(detail.tasks);
  return {
    id: instance._id,
    number: number ?? "",
    processKey: instance.processKey,
    processName: processNames[instance.processKey] ?? definition.name,
    definitionVersion: detail.definitionVersion,
    definitionHash: instance.definitionHash,
    title,
    applicantName,
    organizationName,
    ...statusOf(detail),
    approvalLimit: detail.approvalLimit,
    endedAs: instance.endedAs ?? null,
    startedAt: instance.startedAt.toISOString(),
    endedAt: instance.endedAt?.toISOString() ?? null,
    businessKind: instance.businessKey.kind,
    businessId: instance.businessKey.id,
    steps: stepsOf(detail),
    history: historyOf(detail),
    urging: urgingOf(detail),
    elements: elementsOf(detail),
    xml: definition.xml,
  } satisfies InstanceView;
}

/** The latest task shows the application as it is now. */
function subjectOfTasks(tasks: readonly WorkflowTaskRecord[]): WorkflowSubject {
  const latest = tasks.at(-1);
  if (latest === undefined) throw new Error("an instance has at least one task");
  return subjectOf(latest);
}

function statusOf({ instance, definition }: InstanceDetail): Pick<InstanceView, "status" | "statusName"> {
  switch (instance.status) {
    case "running":
      return { status: "open", statusName: "办理中" };
    case "ended":
      return { status: "completed", statusName: definition.names.get(instance.endedAs ?? "") ?? "已办结" };
    case "cancelled":
      return { status: "cancelled", statusName: "已终止" };
  }
}

/**
 * Progress: a step for each organization of the route, with what it did in this round; where there is no route, a
 * step for each task. A correction by the applicant that is open comes last.
 */
function stepsOf(detail: InstanceDetail): Step[] {
  const { instance, tasks, definition } = detail;
  if (instance.route.length === 0) return tasks.map((task) => stepOf(detail, task, null));
  const round = currentRound(tasks);
  const reviews = instance.route.map((place, index) => {
    const taken = (one: WorkflowTaskRecord) => one.loopIndex === index && one.module !== null;
    // What was agreed to before it was returned still holds where the round began later (AMB-38).
    const task = round.find(taken) ?? (definition.resumes ? tasks.findLast(taken) : undefined);
    return task === undefined ? waitingStep(detail, place) : stepOf(detail, task, place);
  });
  const corrections = round.filter(({ module, status }) => module === null && status === "open");
  return [...reviews, ...corrections.map((task) => stepOf(detail, task, null))];
}

/** Tasks since the application was last sent in: earlier ones are history. */
function currentRound(tasks: readonly WorkflowTaskRecord[]): WorkflowTaskRecord[] {
  const sentAgain = tasks.findLastIndex(({ module, outcome }) => module === null && outcome === "resubmit");
  return tasks.slice(sentAgain + 1);
}

function waitingStep({ organizations, instance }: InstanceDetail, place: WorkflowRoutePlace): Step {
  return {
    name: stepNames[place.stepKind],
    organizationName: organizations.get(place.organizationId)?.name ?? "",
    phone: organizations.get(place.organizationId)?.phone ?? null,
    state: instance.status === "running" ? "waiting" : "skipped",
    actorName: null,
    at: null,
    dwellSeconds: null,
    comment: null,
    notice: place.notice ?? null,
  };
}

function stepOf(detail: InstanceDetail, task: WorkflowTaskRecord, place: WorkflowRoutePlace | null): Step {
  return {
    name: place === null ? task.name : stepNames[place.stepKind],
    organizationName: task.decidedBy?.organizationName ?? holderOf(detail, task),
    phone: detail.organizations.get(task.candidate.id)?.phone ?? null,
    state: stateOf(task),
    actorName: task.decidedBy?.name ?? null,
    at: task.decidedAt?.toISOString() ?? null,
    dwellSeconds: dwellSeconds(task, detail.now),
    comment: task.comment,
    notice: task.notice,
  };
}

function holderOf({ organizations }: InstanceDetail, task: WorkflowTaskRecord): string {
  if (task.candidate.kind === "person") return task.applicantName;
  return organizations.get(task.candidate.id)?.name ?? "";
}

/** What a step of a route is called by who takes it. */
export const stepNames: Readonly<Record<WorkflowRoutePlace["stepKind"], string>> = {
  employer: "用人单位审核",
  superior: "上级单位审核",
  authority: "主管部门审核",
  bureau: "人社部门审核",
};

function stateOf(task: WorkflowTaskRecord): Step["state"] {
  if (task.status === "open") return "current";
  if (task.status === "cancelled") return "skipped";
  return task.outcome === "reject" ? "rejected" : "done";
}

/** How long the holder had it, until now for an open task. */
function dwellSeconds(task: WorkflowTaskRecord, now: Date): number {
  const until = task.decidedAt ?? now;
  return Math.max(0, Math.round((until.getTime() - task.createdAt.getTime()) / 1000));
}

function historyOf(detail: InstanceDetail): HistoryLine[] {
  const decided = new Map<string, WorkflowTaskRecord[]>();
  for (const task of detail.tasks.filter(({ status }) => status === "decided"))
    decided.set(task.key, [...(decided.get(task.key) ?? []), task]);
  return detail.instance.events.map((event, index) => ({
    ...lineOf(detail, event, takeTask(decided, event)),
    trace: traceOf(detail, index),
  }));
}

function traceOf({ traces }: InstanceDetail, index: number): HistoryLine["trace"] {
  const trace = traces.get(index);
  return trace === undefined ? null : { pack: `${trace.pack.id} ${trace.pack.version}`, text: trace.text };
}

/** Whether and when the applicant may urge: once in 24 hours, while an organization has to act (PRG-09). */
function urgingOf({ isApplicant, tasks, now }: InstanceDetail): InstanceView["urging"] {
  const isHeld = tasks.some(
    ({ status, candidate }) => status === "open" && candidate.kind === "organization",
  );
  if (!isApplicant || !isHeld) return null;
  const last = Math.max(0, ...tasks.map(({ urgedAt }) => urgedAt?.getTime() ?? 0));
  const nextAt = new Date(last + urgeEveryMs);
  return { nextAt: nextAt > now ? nextAt.toISOString() : null };
}

/** The task behind a decision: of a step that was taken several times, the earliest not yet told of. */
function takeTask(
  decided: ReadonlyMap<string, WorkflowTaskRecord[]>,
  event: WorkflowEventRecord,
): WorkflowTaskRecord | null {
  return event.type === "decided" ? (decided.get(event.key ?? "")?.shift() ?? null) : null;
}

function lineOf(
  { instance, definition, now }: InstanceDetail,
  event: WorkflowEventRecord,
  task: WorkflowTaskRecord | null,
): Omit<HistoryLine, "trace"> {
  const line = {
    at: event.at.toISOString(),
    outcomeName: event.outcome === undefined ? "" : outcomeText(event),
  };
  if (task !== null) return { ...line, ...taskPart(task, now) };
  return {
    ...line,
    name: eventName(event, definition.names),
    actorName: actorOf(event, instance.startedBy.name),
    organizationName: "",
    comment: null,
    dwellSeconds: null,
  };
}

function taskPart(task: WorkflowTaskRecord, now: Date) {
  return {
    name: task.name,
    actorName: task.decidedBy?.name ?? "",
    organizationName: task.decidedBy?.organizationName ?? "",
    comment: task.comment,
    dwellSeconds: dwellSeconds(task, now),
  };
}

function eventName(event: WorkflowEventRecord, names: ReadonlyMap<string, string>): string {
  if (event.type === "started") return "提交";
  if (event.type === "message") return outcomeName(event.name ?? "");
  return names.get(event.elementId ?? event.key ?? "") ?? "";
}

function actorOf(event: WorkflowEventRecord, starter: string): string {
  if (event.type === "started" || event.type === "message") return starter;
  return event.type === "ruled" ? "规则包" : "系统";
}

/** What a rule task answered, in words. */
const ruledNames: Readonly<Record<string, string>> = {
  full: "逐级审核",
  "employer-then-bureau": "用人单位审核后由人社部门审核",
  "bureau-only": "直接由人社部门审核",
  superiors: "由上级单位起逐级审核",
  close: "注销",
  merge: "合并",
  person: "本人申请",
  employer: "原单位发起",
};

function outcomeText({ type, outcome = "" }: WorkflowEventRecord): string {
  return type === "ruled" ? (ruledNames[outcome] ?? outcome) : outcomeName(outcome);
}

/** Who has it, where a route says so; else what the step is called. */
function activeLabel(detail: InstanceDetail, id: string, task: WorkflowTaskRecord | undefined) {
  const place = task === undefined ? undefined : detail.instance.route[task.loopIndex];
  return place === undefined || task === undefined
    ? (detail.definition.names.get(id) ?? null)
    : holderOf(detail, task);
}

function elementsOf(detail: InstanceDetail): InstanceView["elements"] {
  const { position, tasks } = detail;
  const active = new Set(position.openTasks.map(({ elementId }) => elementId));
  const holders = new Map(
    tasks.filter(({ status }) => status === "open").map((task) => [task.elementId, task]),
  );
  const rejected = new Set(
    Object.entries(position.outcomes).flatMap(([id, outcome]) => (outcome === "reject" ? [id] : [])),
  );
  const ids = new Set([...position.passed, ...active]);
  return [...ids].map((id) => {
    const task = holders.get(id);
    const label = active.has(id) ? activeLabel(detail, id, task) : null;
    if (active.has(id)) return { id, state: "active" as const, label };
    return { id, state: rejected.has(id) ? ("rejected" as const) : ("done" as const), label };
  });
}
