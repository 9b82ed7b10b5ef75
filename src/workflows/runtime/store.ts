import {
  WorkflowInstance,
  type WorkflowInstanceRecord,
  type WorkflowParty,
  type WorkflowRouteStep,
  type WorkflowSubject,
} from "../../models/workflow-instance.ts";
import { type WorkflowDecider, WorkflowTask, type WorkflowTaskRecord } from "../../models/workflow-task.ts";
import { WorkflowTimer } from "../../models/workflow-timer.ts";
import { insertLean, updateLean } from "../../models/lean-writes.ts";
import { changedFields } from "./changed-fields.ts";
import { closeTasks, conflictOf, writeTasks } from "./close-tasks.ts";
import { WorkflowConflict, WorkflowInstanceMissing } from "./conflict.ts";
import type { WorkflowContext } from "./context.ts";
import { newTasks } from "./new-tasks.ts";
import { fitToHolders, type HolderLookup } from "./holders.ts";
import { type PathEvent, type Position, ReplayError, type ServiceCall } from "./position.ts";
import { routePlace, taskRecord, timerRecord } from "./records.ts";
import { computeStep, type Step } from "./step.ts";

/** What starts an instance. `parties` and `route` are fixed here for the life of the instance (FLW-09). */
export interface StartInput {
  /** an id that was promised before; otherwise a new one */
  readonly instanceId?: string;
  readonly processKey: string;
  readonly businessKey: { readonly kind: string; readonly id: string };
  readonly organizationId: string;
  readonly startedBy: { readonly accountId: string; readonly name: string };
  readonly route?: readonly WorkflowRouteStep[];
  readonly parties?: Readonly<Record<string, WorkflowParty>>;
  /** Facts for the definition's business rule tasks. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly subject: WorkflowSubject;
}

/** What happens to an instance. */
export type AdvanceInput =
  | {
      readonly kind: "decide";
      readonly taskKey: string;
      /** That task, where the caller has read it in this transaction: it is closed without being looked for. */
      readonly task?: WorkflowTaskRecord;
      /** What the caller has read of organizations in this transaction; otherwise they are looked up. */
      readonly holderRule?: HolderLookup;
      readonly outcome: string;
      readonly actor: WorkflowDecider;
      readonly comment?: string;
      /** What lists are to show from now on (reduced hours, a corrected title). */
      readonly subject?: Partial<WorkflowSubject>;
    }
  | { readonly kind: "message"; readonly name: string; readonly actor: { readonly accountId: string } }
  | { readonly kind: "timer"; readonly key: string; readonly round: number };

/** What a step did. The caller runs `serviceCalls` in order, in the same transaction, and records `summary`. */
export interface AdvanceResult {
  readonly instance: WorkflowInstanceRecord;
  readonly position: Position;
  readonly closedTasks: readonly WorkflowTaskRecord[];
  readonly openedTasks: readonly WorkflowTaskRecord[];
  readonly serviceCalls: readonly ServiceCall[];
  /** For the audit event: what happened and where the instance stands. */
  readonly summary: {
    readonly instanceId: string;
    readonly processKey: string;
    readonly version: number;
    readonly events: readonly string[];
    readonly open: readonly string[];
    readonly endedAs: string | null;
  };
}

/**
 * Starts an instance of the published definition: writes it, its first tasks and timers, inside the caller's
 * transaction. Throws when a candidate rule finds nobody or a rule task has no answer; nothing is written then.
 */
export async function startInstance(ctx: WorkflowContext, input: StartInput): Promise<AdvanceResult> {
  const definition = await ctx.workflow.definitions.current(input.processKey);
  const route = [...(input.route ?? [])];
  const facts = { ...input.facts };
  const step = computeStep(ctx, definition, {
    history: [],
    event: { type: "started", routeLength: route.length },
    facts,
  });
  const instance: WorkflowInstanceRecord = {
    _id: input.instanceId ?? ctx.newId(),
    definitionHash: definition.hash,
    processKey: definition.key,
    businessKey: { ...input.businessKey },
    organizationId: input.organizationId,
    scope: [...((await ctx.workflow.scopeOf?.(input.organizationId)) ?? [])],
    ...(input.subject.year === null ? {} : { year: input.subject.year }),
    startedBy: { ...input.startedBy },
    startedAt: ctx.clock.now(),
    route: route.map(routePlace),
    parties: { ...input.parties },
    facts,
    events: [...step.events],
    ...standing(ctx, step),
    version: 1,
  };
  const { subject } = input;
  const records = step.after.openTasks.map((task) => taskRecord(ctx, { instance, subject }, task));
  const opened = await fitToHolders(ctx, records);
  await insertLean(WorkflowInstance, [instance]);
  if (opened.length > 0) await insertLean(WorkflowTask, opened);
  await writeTimers(ctx, instance, step);
  return result(instance, step, { opened, closed: [] });
}

/**
 * Applies one event inside the caller's transaction: appends it, closes and opens tasks and timers, and hands back
 * the service calls that it brought. Of two that race for one task the first wins; the other gets `WorkflowConflict`
 * with who decided and when. A caller that has read the instance in the same transaction may hand it in (a batch reads
 * many at once); its version guards it as well. Throws `WorkflowInstanceMissing`, and `ReplayError` ("unknown-outcome") on an outcome
 * that the task does not offer.
 */
export async function advance(
  ctx: WorkflowContext,
  instance: string | WorkflowInstanceRecord,
  input: AdvanceInput,
): Promise<AdvanceResult> {
  const current = typeof instance === "string" ? await loadInstance(instance) : instance;
  const definition = await ctx.workflow.definitions.byHash(current.definitionHash);
  const step = await fitting(current, input, () =>
    computeStep(ctx, definition, {
      history: current.events,
      event: eventOf(input),
      facts: current.facts,
      // Who decided is on the task.
      ...(input.kind === "message" ? { by: input.actor.accountId } : {}),
    }),
  );
  const after: WorkflowInstanceRecord = {
    ...current,
    ...standing(ctx, step),
    events: [...current.events, ...step.events],
    version: current.version + 1,
  };
  const closing = await closeTasks(ctx, after._id, { step, input });
  const { closed } = closing;
  await writeInstance(current, after, step);
  const holderRule = input.kind === "decide" ? input.holderRule : undefined;
  const opened = await fitToHolders(ctx, await newTasks(ctx, after, { step, closed }), holderRule);
  await writeTasks(closing, opened);
  await writeTimers(ctx, after, step);
  return result(after, step, { opened, closed });
}

async function loadInstance(instanceId: string): Promise<WorkflowInstanceRecord> {
  const instance = await WorkflowInstance.findById(instanceId).lean<WorkflowInstanceRecord>();
  if (instance === null) throw new WorkflowInstanceMissing(instanceId);
  return instance;
}

function eventOf(input: AdvanceInput): PathEvent {
  switch (input.kind) {
    case "decide":
      return { type: "decided", key: input.taskKey, outcome: input.outcome };
    case "message":
      return { type: "message", name: input.name };
    case "timer":
      return { type: "timer", key: input.key };
  }
}

/** Turns "this instance does not wait for that" into a conflict that says who was first. */
async function fitting(
  instance: WorkflowInstanceRecord,
  input: AdvanceInput,
  compute: () => Step,
): Promise<Step> {
  if (instance.status === "cancelled") throw await conflictOf(instance._id, input);
  try {
    const step = compute();
    if (input.kind === "timer" && !runs(step, input)) throw new WorkflowConflict("closed");
    return step;
  } catch (error) {
    if (!(error instanceof ReplayError) || (error.code !== "not-open" && error.code !== "ended")) throw error;
    throw await conflictOf(instance._id, input);
  }
}

/** An earlier round's timer is not this round's: a release that was refused and asked for again has its own 15 days. */
function runs({ before }: Step, { key, round }: { key: string; round: number }): boolean {
  return before?.dueTimers.some((timer) => timer.key === key && timer.round === round) ?? false;
}

function standing(
  ctx: WorkflowContext,
  { after }: Step,
): Pick<WorkflowInstanceRecord, "status" | "endedAs" | "endedAt"> {
  if (!after.ended) return { status: "running" };
  return { status: "ended", endedAs: after.ends.at(-1) ?? null, endedAt: ctx.clock.now() };
}

async function writeInstance(
  before: WorkflowInstanceRecord,
  after: WorkflowInstanceRecord,
  step: Step,
): Promise<void> {
  const changed = changedFields(before, after);
  const matched = await updateLean(WorkflowInstance, {
    filter: { _id: before._id, version: before.version },
    update: {
      $push: { events: { $each: [...step.events] } },
      $inc: { version: 1 },
      ...(Object.keys(changed).length === 0 ? {} : { $set: changed }),
    },
  });
  if (matched === 0) throw new WorkflowConflict("concurrent");
}

async function writeTimers(
  ctx: WorkflowContext,
  instance: WorkflowInstanceRecord,
  step: Step,
): Promise<void> {
  const running = new Set(step.before?.dueTimers.map(({ key, round }) => `${key}#${round}`));
  const still = new Set(step.after.dueTimers.map(({ key, round }) => `${key}#${round}`));
  const stopped = (step.before?.dueTimers ?? []).filter(({ key, round }) => !still.has(`${key}#${round}`));
  const started = step.after.dueTimers.filter(({ key, round }) => !running.has(`${key}#${round}`));
  if (stopped.length > 0) {
    const keys = stopped.map(({ key }) => key);
    const waiting = { instanceId: instance._id, status: "waiting" as const, key: { $in: keys } };
    await WorkflowTimer.updateMany(waiting, { $set: { status: "cancelled" as const } });
  }
  if (started.length > 0) {
    await WorkflowTimer.insertMany(
      started.map((timer) => timerRecord(ctx, instance, timer)),
      { lean: true },
    );
  }
}

function result(
  instance: WorkflowInstanceRecord,
  step: Step,
  { opened, closed }: { opened: WorkflowTaskRecord[]; closed: readonly WorkflowTaskRecord[] },
): AdvanceResult {
  return {
    instance,
    position: step.after,
    closedTasks: closed,
    openedTasks: opened,
    serviceCalls: step.serviceCalls,
    summary: {
      instanceId: instance._id,
      processKey: instance.processKey,
      version: instance.version,
      events: step.events.map((event) =>
        [event.type, event.key ?? event.elementId ?? event.name, event.outcome].filter(Boolean).join(" "),
      ),
      open: step.after.openTasks.map((task) => task.key),
      endedAs: instance.endedAs ?? null,
    },
  };
}
