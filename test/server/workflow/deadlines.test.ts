import { beforeEach, expect, it } from "vitest";
import { MembershipModel } from "../../../src/models/membership.ts";
import { NotificationModel } from "../../../src/models/notification.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import type { Person } from "../../../src/models/person.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import type { App } from "../../../src/server/command-context.ts";
import { checkHolders } from "../../../src/server/jobs/check-holders.ts";
import { fireWhatIsDue } from "../../../src/server/jobs/fire-timers-periodically.ts";
import { makeApp } from "../../../src/server/make-app.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { resubmitDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import { decideTask } from "../../../src/shared/contracts/workflow.ts";
import { addWorkingDays } from "../../../src/workflows/assignment/working-days.ts";
import { declarationRequest, taskOf } from "../../support/declaring.ts";
import { submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import { adminOf, newPerson, newUnit, personClient, type Unit } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

// One reminder once on several nodes, and diagram timers: test/server/instances/timers.test.ts.
const begin = "2026-11-23T02:00:00Z";
const clock = fixedClock(begin);

const { server, world } = useProvince({ clock });

beforeEach(() => clock.set(new Date(begin)));

interface Case {
  unit: Unit;
  person: Person;
  id: string;
  instanceId: string;
  request: Awaited<ReturnType<typeof declarationRequest>>;
}

/** A declaration of a fresh person of a fresh unit with a published 审核时限. */
async function declare(limit: number | null): Promise<Case> {
  const { app, url } = server;
  const unit = await newUnit(app, world.authority);
  await OrganizationModel.updateOne({ _id: unit._id }, { $set: { reviewLimitWorkingDays: limit } });
  const person = await newPerson(app, unit);
  const client = await personClient(app, url, person);
  const request = await declarationRequest(app, person.accountId);
  const [declared] = (await client.ok(submitDeclarations, request)).declarations;
  if (declared === undefined) throw new Error("nothing was declared");
  return { unit, person, request, id: declared.id, instanceId: declared.instanceId };
}

async function openTask(instanceId: string) {
  const task = await WorkflowTask.findOne({ instanceId, status: "open" }).lean();
  if (task === null) throw new Error("no open task");
  return task;
}

const remindersTo = (unit: Unit, instanceId: string) =>
  NotificationModel.find({
    accountId: unit.adminAccountId,
    subjectId: instanceId,
    kind: "task.reminded",
  }).lean();

async function everyNodeFires(nodes: readonly App[]): Promise<void> {
  for (let done = 1; done > 0; ) {
    const counts = await Promise.all(nodes.map((app) => fireWhatIsDue(app)));
    done = counts.reduce((sum, count) => sum + count, 0);
  }
}

it("a unit's published limit shortens the time of its own step only, and never lengthens it (FLW-11, GEN-11)", async () => {
  const short = await declare(3);
  const first = await openTask(short.instanceId);
  expect(first.dueAt).toEqual(addWorkingDays(server.app.workflow.addWorkdays, first.createdAt, 3));
  const asUnit = await adminOf(server.app, server.url, short.unit);
  await asUnit.ok(decideTask, { id: await taskOf(asUnit, short.instanceId), outcome: "approve" });
  const second = await openTask(short.instanceId);
  expect(second.dueAt).toEqual(addWorkingDays(server.app.workflow.addWorkdays, second.createdAt, 10));
  const long = await openTask((await declare(60)).instanceId);
  expect(long.dueAt).toEqual(addWorkingDays(server.app.workflow.addWorkdays, long.createdAt, 10));
});

it("after a return the time begins anew with all its reminders, and those of the first round are over", async () => {
  const { unit, person, request, id, instanceId } = await declare(4);
  const asUnit = await adminOf(server.app, server.url, unit);
  const taskId = await taskOf(asUnit, instanceId);
  await asUnit.ok(decideTask, { id: taskId, outcome: "reject", comment: "缺少材料" });
  clock.set(new Date(clock.now().getTime() + 30 * 86_400_000));
  await everyNodeFires([server.app]);
  expect(await remindersTo(unit, instanceId)).toEqual([]);
  const again = await personClient(server.app, server.url, person);
  const { year: _year, form: _form, ...corrected } = request;
  await again.ok(resubmitDeclaration, { id, ...corrected });
  const task = await openTask(instanceId);
  expect(task).toMatchObject({ key: "review:0", round: 2, remindersSent: 0 });
  expect(task.dueAt).toEqual(addWorkingDays(server.app.workflow.addWorkdays, clock.now(), 4));
  clock.set(new Date((task.dueAt?.getTime() ?? 0) + 1));
  await everyNodeFires([server.app]);
  expect((await remindersTo(unit, instanceId)).map(({ title }) => title)).toEqual(["待办事项已超过办理时限"]);
});

it("a restart loses no reminder, and nodes that come back together send it once", async () => {
  const { unit, instanceId } = await declare(null);
  const { dueAt } = await openTask(instanceId);
  clock.set(dueAt ?? clock.now());
  const { env, log } = server.app;
  const restarted = await Promise.all([1, 2, 3].map(() => makeApp(env, { clock, log })));
  await everyNodeFires(restarted);
  expect(await remindersTo(unit, instanceId)).toHaveLength(1);
});

it("a task that was handed up keeps its deadline, and whoever has it now is reminded", async () => {
  const { unit, instanceId } = await declare(2);
  const before = await openTask(instanceId);
  await MembershipModel.deleteMany({ organizationId: unit._id });
  await checkHolders(server.app, { pages: 1_000 });
  const after = await openTask(instanceId);
  expect(after.candidate.id).toBe(world.authority._id);
  expect([after.dueAt, after.remindAt]).toEqual([before.dueAt, before.remindAt]);
  clock.set(new Date((after.dueAt?.getTime() ?? 0) + 1));
  await everyNodeFires([server.app]);
  expect(await remindersTo(world.authority, instanceId)).toHaveLength(1);
  expect(await remindersTo(unit, instanceId)).toEqual([]);
});
