import { beforeAll, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import { PersonModel, type Person } from "../../../src/models/person.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import { WorkflowTimer } from "../../../src/models/workflow-timer.ts";
import { stepInstance } from "../../../src/server/commands/workflow/step-instance.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { decideTask } from "../../../src/shared/contracts/workflow.ts";
import { explorePositions, pathText, possibleEvents } from "../../../src/workflows/check/explore.ts";
import type { ProcessDefinition } from "../../../src/workflows/runtime/definition.ts";
import { pathOf } from "../../../src/workflows/runtime/history.ts";
import type { PathEvent, Position } from "../../../src/workflows/runtime/position.ts";
import { PositionMemo } from "../../../src/workflows/runtime/memo.ts";
import { findOperator } from "../closures/support.ts";
import { useProvince } from "../../support/province.ts";
import { type Submitted, waysIn, type WayIn } from "../../support/processes.ts";
import { clientOf, inTransaction, personClient } from "../../support/world.ts";
import { shipped, shippedKeys } from "../../workflows/support.ts";

/**
 * Every path of every diagram, through the API: the paths are what the diagrams say, so that a step that is drawn
 * tomorrow is played tomorrow. What each process changes beside its own state is in the tests of its own.
 */

const { server, world } = useProvince({ clock: fixedClock("2026-11-23T02:00:00Z") });

// Who executes closures has a password of his own by now.
beforeAll(async () => {
  await findOperator();
});

const definitions = new Map<string, ProcessDefinition>();
for (const key of shippedKeys()) definitions.set(key, await shipped(key));

const memo = new PositionMemo();

/** Elements and flows that were passed, by process: filled by the walks, looked at in the end. */
const passed = new Map<string, Set<string>>();

function definitionOf({ process }: WayIn): ProcessDefinition {
  const definition = definitions.get(process);
  if (definition === undefined) throw new Error(`no diagram ${process}`);
  return definition;
}

/** What two paths must have in common to be the same place: what waits, for the first time or again. */
function placeOf({ openTasks, ends }: Position): string {
  return JSON.stringify([openTasks.map(({ key, round }) => [key, Math.min(round, 2)]), ends]);
}

/** Paths that together make every move from every place that can be reached from `start`, none twice where avoidable. */
function pathsFrom(definition: ProcessDefinition, start: readonly PathEvent[]): PathEvent[][] {
  const known = new Set([placeOf(memo.position(definition, start))]);
  const queue: PathEvent[][] = [[...start]];
  const paths: PathEvent[][] = [];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const event of possibleEvents(memo.position(definition, path))) {
      const next = [...path, event];
      paths.push(next);
      const place = placeOf(memo.position(definition, next));
      if (known.has(place)) continue;
      known.add(place);
      queue.push(next);
    }
  }
  const texts = paths.map((path) => pathText(path));
  return paths.filter((_, index) => !texts.some((text) => text.startsWith(`${texts[index]} → `)));
}

const historyOf = async ({ instanceId }: Submitted) =>
  pathOf((await WorkflowInstance.findById(instanceId).lean())?.events ?? []);

async function holderOf(
  { instanceId }: Submitted,
  key: string,
): Promise<{ taskId: string; client: ApiClient }> {
  const task = await WorkflowTask.findOne({ instanceId, key, status: "open" }).lean();
  if (task === null) throw new Error(`${key} is not open`);
  const { id, kind } = task.candidate;
  const { app, url } = server;
  if (kind === "person") {
    const person = await PersonModel.findById(id).lean<Person>();
    if (person === null) throw new Error("the holder is nobody");
    return { taskId: task._id, client: await personClient(app, url, person) };
  }
  const super_ = { organizationId: id, isSuperAdministrator: true, status: "active" as const };
  const membership = await MembershipModel.findOne(super_).lean();
  if (membership === null) throw new Error("the holder has no administrator");
  const { accountId, _id: roleKey } = membership;
  return { taskId: task._id, client: await clientOf(app, url, { accountId, roleKey }) };
}

async function play(item: Submitted, event: PathEvent): Promise<void> {
  if (event.type === "message") await item.withdraw();
  else if (event.type === "timer") await expire(item);
  else if (event.type !== "decided") throw new Error(`${event.type} is nobody's to play`);
  else if (event.outcome === "resubmit") await item.resubmit?.();
  else {
    const { taskId: id, client } = await holderOf(item, event.key);
    await client.ok(decideTask, { id, outcome: event.outcome, comment: "材料不全" });
  }
}

/** What the timers' loop does when the time has come; that it comes is the timers' own test. */
async function expire({ instanceId }: Submitted): Promise<void> {
  const timer = await WorkflowTimer.findOne({ instanceId, status: "waiting" }).lean();
  if (timer === null) throw new Error("no timer runs");
  const input = { kind: "timer" as const, key: timer.key, round: timer.round };
  await inTransaction(server.app, (ctx) => stepInstance(ctx, instanceId, { input, comment: "" }));
}

/** The state of an application, declaration or registration at a place of its diagram. */
function statusAt({ openTasks, ends }: Position): string[] {
  const [end] = ends;
  if (end === undefined)
    return [openTasks.some(({ elementId }) => elementId === "resubmit") ? "rejected" : "pending"];
  if (end === "rejected") return ["rejected"];
  return end === "ended" ? ["withdrawn", "cancelled"] : ["approved"];
}

async function expectAt(
  item: Submitted,
  path: readonly PathEvent[],
  definition: ProcessDefinition,
): Promise<void> {
  const position = memo.position(definition, path);
  expect(pathText(await historyOf(item))).toBe(pathText(path));
  expect(statusAt(position)).toContain(await item.status());
  const instance = await WorkflowInstance.findById(item.instanceId).lean();
  expect(instance?.status).toBe(position.ended ? "ended" : "running");
  const open = await WorkflowTask.find({ instanceId: item.instanceId, status: "open" }).lean();
  expect(open.map(({ key }) => key).toSorted()).toEqual(position.openTasks.map(({ key }) => key).toSorted());
  const timers = await WorkflowTimer.countDocuments({ instanceId: item.instanceId, status: "waiting" });
  expect(timers).toBe(position.dueTimers.length);
}

/** One event of the record for each decision, by whoever made it. */
async function expectRecorded(item: Submitted, path: readonly PathEvent[]): Promise<void> {
  const decided = path.filter((event) => event.type === "decided" && event.outcome !== "resubmit");
  const about = { type: "task.decided" as const, subjectId: item.id };
  expect(await AuditEventModel.countDocuments(about)).toBe(decided.length);
}

describe.each(waysIn.map((way) => ({ way, name: `${way.process} by ${way.by}` })))("$name", ({ way }) => {
  it("goes every way that its diagram has", async () => {
    const definition = definitionOf(way);
    const start = await historyOf(await way.submit(server, world));
    const answers = start.flatMap((event) =>
      event.type === "ruled" ? [`${event.elementId}=${event.outcome}`] : [],
    );
    expect(answers).toEqual(way.answers);
    const paths = pathsFrom(definition, start);
    expect(paths.length).toBeGreaterThanOrEqual(3);
    const known = new Set<string>();
    for (const path of paths) {
      const item = await way.submit(server, world);
      for (let at = start.length; at < path.length; at += 1) {
        const event = path[at];
        if (event === undefined) break;
        await play(item, event);
        const sofar = path.slice(0, at + 1);
        if (!known.has(pathText(sofar))) await expectAt(item, sofar, definition);
        known.add(pathText(sofar));
      }
      await expectRecorded(item, path);
      const seen = passed.get(way.process) ?? new Set();
      for (const id of memo.position(definition, path).passed) seen.add(id);
      passed.set(way.process, seen);
    }
  });
});

it.each(shippedKeys())("the walks passed every element and flow of %s", (key) => {
  const definition = definitions.get(key);
  if (definition === undefined) throw new Error(`no diagram ${key}`);
  const { reached, complete } = explorePositions(definition);
  expect(complete).toBe(true);
  expect([...reached].filter((id) => passed.get(key)?.has(id) !== true)).toEqual([]);
});
