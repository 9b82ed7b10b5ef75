import { beforeAll, describe, expect, it } from "vitest";
import { CreditEntryModel } from "../../../src/models/credit-entry.ts";
import { markMakeUpTasks } from "../../../src/models/migrations/20261128-4-mark-make-up-tasks.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { submitBaseClass } from "../../../src/shared/contracts/base-classes.ts";
import { withdrawDeclaration } from "../../../src/shared/contracts/declaration-changes.ts";
import { getDeclaration, submitDeclarations } from "../../../src/shared/contracts/declarations.ts";
import { openMakeUpWindow } from "../../../src/shared/contracts/make-up-windows.ts";
import { submitPlanDeclaration } from "../../../src/shared/contracts/plan-declarations.ts";
import {
  countTasks,
  decideTask,
  decideTasks,
  getInstance,
  getTask,
  listTasks,
} from "../../../src/shared/contracts/workflow.ts";
import { codeOf } from "../../support/answers.ts";
import { decide, openTask } from "../../support/applications.ts";
import { classRequest, rosterRow } from "../../support/base-classes.ts";
import { publishClosing } from "../../support/closing.ts";
import { declarationRequest, declareOwn, taskOf } from "../../support/declaring.ts";
import { useProvince } from "../../support/province.ts";
import { approvedPlanOf, sessionRequest } from "../../support/training-plans.ts";
import { adminOf, newMember, newPerson, newUnit, personClient, type Unit } from "../../support/world.ts";

/** The last day on which declarations of a year may be approved is the policy's word (PST-04, APR-08). */

const december = "2026-12-20T02:00:00Z";
/** The last minute of 31 January in Shanghai, and the first one of February. */
const lastMinute = "2027-01-31T15:59:00Z";
const tooLate = "2027-01-31T16:00:00Z";
/** All people of the province may declare 2026 again. */
const inWindow = "2027-03-10T02:00:00Z";
const clock = fixedClock(december);
const { server, world } = useProvince({ clock });
const limit = (isOver: boolean) => ({ lastDay: "2027-01-31", isOver });
const refusal =
  "2026年度学时申报的审批已于2027-01-31截止，不能再审核通过；可以驳回，确需认定的由人社部门开放往年补报";

const admin = (unit: Unit) => adminOf(server.app, server.url, unit);

async function declare(unit = world.hospital, given: Parameters<typeof declareOwn>[1] = {}) {
  const person = await newPerson(server.app, unit, { firstYear: 2024 });
  const client = await personClient(server.app, server.url, person);
  const declared = await declareOwn({ app: server.app, client, person }, given);
  return { person, ...declared };
}

type Declared = Awaited<ReturnType<typeof declare>>;
const asPerson = ({ person }: Declared) => personClient(server.app, server.url, person);

/** Declared by a unit for one of its people, and returned by its authority. */
async function returnedToUnit(unit: Unit): Promise<void> {
  const { _id: personId } = await newPerson(server.app, unit);
  const request = await declarationRequest(server.app, unit.adminAccountId, { people: [{ personId }] });
  const { declarations } = await (await admin(unit)).ok(submitDeclarations, request);
  const instanceId = declarations[0]?.instanceId ?? "";
  await decide(server, world.authority, { instanceId, outcome: "reject" });
}

describe("with the shipped policy", () => {
  it("a declaration of a past year is approved at any time, and nobody is told of a last day (APR-08)", async () => {
    clock.set(december);
    const declared = await declare();
    clock.set("2036-12-20T02:00:00Z");
    const hospital = await admin(world.hospital);
    const id = await taskOf(hospital, declared.instanceId);
    expect((await hospital.ok(getTask, { id })).approvalLimit).toBeNull();
    const { groups } = await hospital.ok(countTasks, {});
    expect(groups.map(({ approvalLimit }) => approvalLimit)).toEqual([null]);
    for (const unit of [world.hospital, world.authority, world.city])
      expect((await decide(server, unit, declared)).status).toBe(200);
    const entries = await CreditEntryModel.find({ personId: declared.person._id }).lean();
    expect(entries.map(({ year }) => year)).toEqual([2026]);
  });
});

describe("with approvals until 31 days after the last day", () => {
  beforeAll(async () => {
    clock.set(december);
    const values = { lastDay: "12-31", shownFrom: "11-01", graceDays: 15, approvalDays: 31 };
    const impact = await publishClosing(server, world, { version: "2026.90", values });
    // What is on record does not change by it.
    expect([impact.decidesYears, impact.changed]).toEqual([false, 0]);
    clock.set(inWindow);
    const target = { kind: "region" as const, regionCode: "410000" };
    const window = { target, year: 2026, reason: "系统故障", from: "2027-03-01", to: "2027-03-31" };
    await (await admin(world.province)).ok(openMakeUpWindow, window);
  });

  it("the last minute of the day is in time, at each step, and credits the declared year (PST-06)", async () => {
    clock.set(december);
    const declared = await declare();
    clock.set(lastMinute);
    for (const unit of [world.hospital, world.authority, world.city])
      expect((await decide(server, unit, declared)).status).toBe(200);
    const entries = await CreditEntryModel.find({ personId: declared.person._id }).lean();
    expect(entries.map(({ year }) => year)).toEqual([2026]);
    expect(
      (await (await asPerson(declared)).ok(getInstance, { id: declared.instanceId })).approvalLimit,
    ).toBeNull();
  });

  it.each([0, 1, 2])("a minute later nobody approves (409), at step %s", async (step) => {
    clock.set(december);
    const declared = await declare();
    const route = [world.hospital, world.authority, world.city];
    for (const unit of route.slice(0, step)) await decide(server, unit, declared);
    clock.set(tooLate);
    const holder = route[step] ?? world.city;
    const late = await decide(server, holder, declared);
    expect([late.status, late.body.error?.code]).toEqual([409, "task.approval_closed"]);
    expect(late.body.error?.message).toBe(refusal);
    expect((await openTask(declared)).loopIndex).toBe(step);
    // It is returned all the same, and given up: nothing is stuck.
    expect((await decide(server, holder, { ...declared, outcome: "reject" })).status).toBe(200);
    const person = await asPerson(declared);
    expect((await person.call(withdrawDeclaration, { id: declared.id })).status).toBe(200);
    expect((await person.ok(getDeclaration, { id: declared.id })).status).toBe("cancelled");
  });

  it("what waits may be withdrawn after it", async () => {
    clock.set(december);
    const declared = await declare();
    clock.set(tooLate);
    const person = await asPerson(declared);
    expect((await person.call(withdrawDeclaration, { id: declared.id })).status).toBe(200);
    expect((await person.ok(getDeclaration, { id: declared.id })).status).toBe("withdrawn");
  });

  it("says nothing of it to those who do not hold the task (401, 403, 404)", async () => {
    clock.set(december);
    const declared = await declare();
    clock.set(tooLate);
    const { _id: id } = await openTask(declared);
    const approve = { id, outcome: "approve" };
    expect(await codeOf(server.client().call(decideTask, approve))).toEqual([401, "session.required"]);
    const other = await admin(world.company);
    expect(await codeOf(other.call(decideTask, approve))).toEqual([404, "task.not_found"]);
    const { client } = await newMember(server, world.hospital, { role: "employer", modules: [] });
    expect(await codeOf(client.call(decideTask, approve))).toEqual([403, "permission.denied"]);
    const hospital = await admin(world.hospital);
    expect(await codeOf(hospital.call(decideTask, { id, outcome: "execute" }))).toEqual([
      400,
      "task.outcome_invalid",
    ]);
    expect(await codeOf(hospital.call(decideTask, { id, outcome: "reject" }))).toEqual([
      400,
      "task.comment_required",
    ]);
  });

  it("each row of a batch has its own answer; a batch rejects what it cannot approve", async () => {
    clock.set(december);
    const late = [await declare(), await declare()];
    clock.set(tooLate);
    const current = await declare(world.hospital, {
      year: 2027,
      startDate: "2027-01-10",
      endDate: "2027-01-12",
    });
    const taskIds = [];
    for (const { instanceId } of [...late, current]) taskIds.push((await openTask({ instanceId }))._id);
    const hospital = await admin(world.hospital);
    const approved = await hospital.ok(decideTasks, { taskIds, outcome: "approve" });
    expect([approved.succeeded, approved.failed]).toEqual([1, 2]);
    const refused = { ok: false, code: "task.approval_closed", message: refusal };
    expect(approved.results).toMatchObject([refused, refused, { ok: true, code: null }]);
    const again = { taskIds: taskIds.slice(0, 2), outcome: "reject", comment: "已过审批期限" };
    expect((await hospital.ok(decideTasks, again)).succeeded).toBe(2);
  });

  it("binds declarations of plans, and the bureau that sets a class's hours", async () => {
    clock.set(december);
    const plan = await approvedPlanOf(server, world);
    const doctor = await newPerson(server.app, world.hospital);
    const session = await sessionRequest(server.app, world.hospital.adminAccountId, {
      participants: [{ personId: doctor._id, hours: 8 }],
    });
    const ofPlan = await (await admin(world.hospital)).ok(submitPlanDeclaration, { id: plan.id, ...session });
    const base = await admin(world.base);
    const ofClass = await base.ok(submitBaseClass, classRequest([rosterRow(doctor)]));
    clock.set(tooLate);
    for (const [unit, application] of [
      [world.authority, ofPlan],
      [world.city, ofClass],
    ] as const) {
      const late = await decide(server, unit, application);
      expect([late.status, late.body.error?.message]).toEqual([409, refusal]);
      expect((await decide(server, unit, { ...application, outcome: "reject" })).status).toBe(200);
    }
  });

  it("does not bind what is declared in a window for the past year (PST-02)", async () => {
    clock.set(inWindow);
    const declared = await declare(world.hospital, { year: 2026 });
    const hospital = await admin(world.hospital);
    const id = await taskOf(hospital, declared.instanceId);
    expect((await hospital.ok(getTask, { id })).approvalLimit).toBeNull();
    expect((await hospital.ok(decideTasks, { taskIds: [id], outcome: "approve" })).succeeded).toBe(1);
    for (const unit of [world.authority, world.city])
      expect((await decide(server, unit, declared)).status).toBe(200);
    const [entry] = await CreditEntryModel.find({ personId: declared.person._id }).lean();
    expect([entry?.year, entry?.sourceName]).toEqual([2026, expect.stringMatching(/（补报）$/)]);
  });

  it("finds what was declared in a window before its tasks said so, and twice is as good as once", async () => {
    clock.set(inWindow);
    const declared = await declare(world.hospital, { year: 2026 });
    await WorkflowTask.collection.updateMany({}, { $unset: { makeUp: "" } });
    expect((await decide(server, world.hospital, declared)).status).toBe(409);
    for (let time = 0; time < 2; time += 1) await markMakeUpTasks();
    expect((await decide(server, world.hospital, declared)).status).toBe(200);
    const marked = await WorkflowTask.find({ instanceId: declared.instanceId, status: "open" }).lean();
    expect(marked.map(({ makeUp }) => makeUp)).toEqual([true]);
  });

  it("shows whoever reviews the last day in lists, at the task and at the instance; counts name what would miss it from November on (PST-05)", async () => {
    const unit = await newUnit(server.app, world.authority);
    clock.set("2026-10-31T02:00:00Z");
    const waiting = await declare(unit);
    const returned = await declare(unit);
    await decide(server, unit, { ...returned, outcome: "reject" });
    const counted = async () =>
      (await (await admin(unit)).ok(countTasks, {})).groups.map(({ year, count, approvalLimit }) => [
        year,
        count,
        approvalLimit,
      ]);
    const shown = async () => {
      const holder = await admin(unit);
      const { rows } = await holder.ok(listTasks, { box: "todo" });
      const task = await holder.ok(getTask, { id: rows[0]?.id ?? "" });
      const instance = await holder.ok(getInstance, { id: waiting.instanceId });
      return [...rows.map((row) => row.approvalLimit), task.approvalLimit, instance.approvalLimit];
    };
    expect(await counted()).toEqual([[2026, 1, null]]);
    expect(await shown()).toEqual([limit(false), limit(false), limit(false)]);
    // What the unit itself declared and has to correct waits in its list too; nobody approves it there.
    await returnedToUnit(unit);
    expect(await counted()).toEqual([[2026, 2, null]]);
    clock.set("2026-11-01T02:00:00Z");
    expect(await counted()).toEqual([[2026, 2, { ...limit(false), count: 1 }]]);
    clock.set(inWindow);
    await declare(unit, { year: 2026 });
    expect(await counted()).toEqual([[2026, 3, { ...limit(true), count: 1 }]]);
    expect((await shown()).filter((one) => one !== null)).toEqual([limit(true), limit(true)]);
    // The applicant's own task, to correct it or to give it up, has no such day.
    const own = await (await asPerson(returned)).ok(listTasks, { box: "todo" });
    expect(own.rows.map(({ approvalLimit }) => approvalLimit)).toEqual([null]);
  });
});
