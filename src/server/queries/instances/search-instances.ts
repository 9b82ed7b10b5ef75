import type { WorkflowInstanceRecord } from "../../../models/workflow-instance.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { searchInstances as contract } from "../../../shared/contracts/instances.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { instanceOfNumber } from "../workflow/instance-of-number.ts";
import { type FoundInstance, foundInstances } from "./found-instances.ts";
import {
  after,
  byOpenTask,
  byStart,
  type Cursor,
  cursorOf,
  cursorText,
  type Driver,
  onlyInstance,
} from "./search-driver.ts";
import { requireInspector, searchScope } from "./search-scope.ts";

type Input = InputOf<typeof contract>;

export interface InstancePage {
  rows: FoundInstance[];
  next: string | null;
}

const batchSize = 100;
/** A request looks at no more instances than this, however few of them fit; the next one goes on from there. */
const examinedAtMost = 1_000;

/**
 * Instances within the actor's scope, latest first (GEN-05). Nothing is counted, and every request reads a bounded
 * stretch of one index, so that it takes as long among ten million as among ten (NFR-01).
 */
export async function searchInstances(ctx: CommandContext, input: Input): Promise<InstancePage> {
  const actor = requireActor(ctx);
  requireInspector(actor);
  const scope = await searchScope(actor, input.organizationId);
  const driver = await driverOf(input, scope);
  const found: WorkflowInstanceRecord[] = [];
  let cursor: Cursor | null = input.after === undefined ? null : cursorOf(input.after);
  for (let examined = 0; examined < examinedAtMost; ) {
    const batch = await driver(cursor, batchSize);
    const open = await openTasksOf(
      input,
      batch.map(({ instance }) => instance._id),
    );
    for (const { at, instance } of batch) {
      cursor = after(cursor, at);
      if (fits(instance, { input, scope, open: open.get(instance._id) ?? [] })) found.push(instance);
      if (found.length === input.limit) return page(ctx, found, cursor);
    }
    examined += batch.length;
    if (batch.length < batchSize) return page(ctx, found, null);
  }
  return page(ctx, found, cursor);
}

async function page(
  ctx: CommandContext,
  instances: readonly WorkflowInstanceRecord[],
  cursor: Cursor | null,
): Promise<InstancePage> {
  return { rows: await foundInstances(ctx, instances), next: cursor === null ? null : cursorText(cursor) };
}

/** The index that leaves the least to look at. What it cannot know is asked of each instance (`fits`). */
async function driverOf(input: Input, scope: string | null): Promise<Driver> {
  const { processKey, position, holderId, number } = input;
  const process = processKey === undefined ? {} : { processKey };
  if (number !== undefined) return onlyInstance((await instanceOfNumber(number)) ?? "");
  if (holderId !== undefined) return byOpenTask({ "candidate.id": holderId, ...process });
  // Within a scope its own instances are fewer than those of the whole province at that step.
  if (position !== undefined && processKey !== undefined && scope === null)
    return byOpenTask({ ...process, elementId: position });
  return byStart(scope === null ? process : { scope, ...process }, startedRange(input));
}

/** What ended by a day was started by then. */
function startedRange({ startedFrom, startedTo, endedTo }: Input): { from?: Date; until?: Date } {
  const last = [startedTo, endedTo].flatMap((day) => (day === undefined ? [] : [day])).toSorted()[0];
  return {
    ...(startedFrom === undefined ? {} : { from: startOf(startedFrom) }),
    ...(last === undefined ? {} : { until: endOf(last) }),
  };
}

const dayMs = 24 * 60 * 60 * 1000;

function startOf(day: string): Date {
  return new Date(`${day}T00:00:00+08:00`);
}

function endOf(day: string): Date {
  return new Date(startOf(day).getTime() + dayMs);
}

const statusOf = { open: "running", completed: "ended", cancelled: "cancelled" } as const;

interface Asked {
  input: Input;
  scope: string | null;
  open: readonly OpenTask[];
}

function fits(instance: WorkflowInstanceRecord, { input, scope, open }: Asked): boolean {
  const { processKey, position, holderId, status, outcome } = input;
  const checks = [
    scope === null || instance.scope.includes(scope),
    processKey === undefined || instance.processKey === processKey,
    status === undefined || instance.status === statusOf[status],
    outcome === undefined || instance.endedAs === outcome,
    position === undefined || open.some(({ elementId }) => elementId === position),
    holderId === undefined || open.some(({ candidate }) => candidate.id === holderId),
    within(instance.startedAt, input.startedFrom, input.startedTo),
    within(instance.endedAt ?? null, input.endedFrom, input.endedTo),
  ];
  return checks.every(Boolean);
}

function within(moment: Date | null, from: string | undefined, to: string | undefined): boolean {
  if (from === undefined && to === undefined) return true;
  if (moment === null) return false;
  return (from === undefined || moment >= startOf(from)) && (to === undefined || moment < endOf(to));
}

type OpenTask = Pick<WorkflowTaskRecord, "instanceId" | "elementId" | "candidate">;

async function openTasksOf(
  { position, holderId }: Input,
  instanceIds: readonly string[],
): Promise<Map<string, OpenTask[]>> {
  const byInstance = new Map<string, OpenTask[]>();
  if (position === undefined && holderId === undefined) return byInstance;
  const tasks = await WorkflowTask.find(
    { instanceId: { $in: [...instanceIds] }, status: "open" },
    { instanceId: 1, elementId: 1, candidate: 1 },
  ).lean<OpenTask[]>();
  for (const task of tasks)
    byInstance.set(task.instanceId, [...(byInstance.get(task.instanceId) ?? []), task]);
  return byInstance;
}
