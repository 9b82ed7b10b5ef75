import { beforeEach, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { DeclarationModel } from "../../../src/models/declaration.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import { NotificationModel } from "../../../src/models/notification.ts";
import { OrganizationModel } from "../../../src/models/organization.ts";
import { type Person, PersonModel } from "../../../src/models/person.ts";
import { SweepModel } from "../../../src/models/sweep.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import type { App } from "../../../src/server/command-context.ts";
import { checkHoldersPeriodically } from "../../../src/server/jobs/check-holders-periodically.ts";
import { checkHolders } from "../../../src/server/jobs/check-holders.ts";
import type { ApiClient } from "../../../src/shared/api-client.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { decideTask, getInstance } from "../../../src/shared/contracts/workflow.ts";
import { declareOwn, taskOf } from "../../support/declaring.ts";
import {
  adminOf,
  buildMembership,
  newPerson,
  newUnit,
  personClient,
  type Unit,
} from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

// In every position of every process: holders.deep.test.ts.
const clock = fixedClock("2026-11-23T02:00:00Z");
let unit: Unit;
let person: Person;
let asPerson: ApiClient;
const { server, world } = useProvince({ clock });

beforeEach(async () => {
  unit = await newUnit(server.app, world.authority);
  person = await newPerson(server.app, unit);
  asPerson = await personClient(server.app, server.url, person);
});

/** A round from its beginning; how many items were repaired. */
async function round(app: App = server.app): Promise<number> {
  await SweepModel.deleteMany({});
  let repaired = 0;
  for (let finished = false; !finished; ) {
    const turn = await checkHolders(app, { pages: 20 });
    repaired += turn.repaired;
    finished = turn.finished;
  }
  return repaired;
}

async function declare(): Promise<{ id: string; instanceId: string }> {
  const { app } = server;
  return await declareOwn({ app, client: asPerson, person });
}

const openTaskOf = (instanceId: string) => WorkflowTask.findOne({ instanceId, status: "open" }).lean();

describe("an open task whose holder cannot act", () => {
  it("goes to the next organization above that can, with notice, audit event and messages; it can be decided there", async () => {
    const { instanceId } = await declare();
    await MembershipModel.deleteMany({ organizationId: unit._id });
    expect(await round()).toBe(1);
    const task = await openTaskOf(instanceId);
    expect(task).toMatchObject({
      key: "review:0",
      candidate: { id: world.authority._id },
      notice: `「${unit.name}」暂无可用管理员，由「${world.authority.name}」代审`,
    });
    const events = await AuditEventModel.find({ subjectId: instanceId, type: "task.reassigned" }).lean();
    expect(events).toMatchObject([{ actorId: null, data: { from: unit._id, to: world.authority._id } }]);
    const told = { subjectId: instanceId, kind: "task.reassigned" };
    for (const accountId of [person.accountId, world.authority.adminAccountId])
      expect(await NotificationModel.countDocuments({ ...told, accountId })).toBe(1);
    const asAuthority = await adminOf(server.app, server.url, world.authority);
    await asAuthority.ok(decideTask, { id: await taskOf(asAuthority, instanceId), outcome: "approve" });
    const view = await asPerson.ok(getInstance, { id: instanceId });
    expect(view.steps[0]).toMatchObject({ organizationName: world.authority.name, notice: task?.notice });
    expect(await round()).toBe(0);
  });

  it("skips those above who may not review it themselves: nobody gets his own item (AUD-10)", async () => {
    const { instanceId } = await declare();
    await OrganizationModel.updateOne({ _id: unit._id }, { $set: { status: "closed" } });
    const authority = await newUnit(server.app, world.city, { kind: "authority" });
    await OrganizationModel.updateOne(
      { _id: unit._id },
      { $set: { superiorId: authority._id, ancestorIds: [authority._id, ...authority.ancestorIds] } },
    );
    // The only administrator above is now the applicant himself.
    await MembershipModel.updateMany(
      { organizationId: authority._id },
      { $set: { accountId: person.accountId } },
    );
    expect(await round()).toBe(1);
    expect((await openTaskOf(instanceId))?.candidate.id).toBe(world.city._id);
  });

  it("is found when its holder's last other reviewer goes and only the applicant is left", async () => {
    const { instanceId } = await declare();
    const { accountId } = person;
    await buildMembership(server.app, {
      accountId,
      organization: unit,
      role: "employer",
      modules: ["declarations:review"],
    });
    expect(await round()).toBe(0);
    await MembershipModel.deleteMany({ organizationId: unit._id, accountId: { $ne: accountId } });
    expect(await round()).toBe(1);
    expect((await openTaskOf(instanceId))?.candidate.id).toBe(world.authority._id);
  });

  it("stays, and says so once, when nobody at all can act", async () => {
    const { instanceId } = await declare();
    const kept = await MembershipModel.find({}).lean();
    await MembershipModel.deleteMany({});
    await round();
    const first = await openTaskOf(instanceId);
    expect(first?.notice).toContain("请联系平台运维人员处理");
    await round();
    expect((await openTaskOf(instanceId))?.notice).toBe(first?.notice);
    await MembershipModel.insertMany(kept);
  });
});

describe("an open task of an applicant who is gone", () => {
  it("is given up: the process ends as when he cancels, and the declaration with it", async () => {
    const { id, instanceId } = await declare();
    const asUnit = await adminOf(server.app, server.url, unit);
    const taskId = await taskOf(asUnit, instanceId);
    await asUnit.ok(decideTask, { id: taskId, outcome: "reject", comment: "缺少材料" });
    await PersonModel.updateOne({ _id: person._id }, { $set: { status: "deregistered" } });
    expect(await round()).toBe(1);
    expect(await WorkflowInstance.findById(instanceId).lean()).toMatchObject({
      status: "ended",
      endedAs: "ended",
    });
    expect((await DeclarationModel.findById(id).lean())?.status).toBe("cancelled");
    const events = await AuditEventModel.find({ subjectId: instanceId }).lean();
    expect(events.map(({ type }) => type)).toContain("instance.given_up");
    expect(await round()).toBe(0);
  });
});

describe("rows that do not agree with the history", () => {
  it("a lost task is opened again for its holder", async () => {
    const { instanceId } = await declare();
    const before = await openTaskOf(instanceId);
    await WorkflowTask.deleteMany({ instanceId });
    expect(await round()).toBe(1);
    const after = await openTaskOf(instanceId);
    expect(after).toMatchObject({ key: before?.key, candidate: before?.candidate, module: before?.module });
    expect(await AuditEventModel.countDocuments({ subjectId: instanceId, type: "instance.repaired" })).toBe(
      1,
    );
    const asUnit = await adminOf(server.app, server.url, unit);
    await asUnit.ok(decideTask, { id: after?._id ?? "", outcome: "approve" });
  });

  it("a task left open by a process that has ended is closed", async () => {
    const { instanceId } = await declare();
    await WorkflowInstance.updateOne({ _id: instanceId }, { $set: { status: "ended" } });
    expect(await round()).toBe(1);
    expect(await openTaskOf(instanceId)).toBeNull();
  });
});

describe("a node's own loop", () => {
  it("looks by itself, and stops", async () => {
    const { instanceId } = await declare();
    await MembershipModel.deleteMany({ organizationId: unit._id });
    await SweepModel.deleteMany({});
    const loop = checkHoldersPeriodically(server.app, 20);
    await expect
      .poll(async () => (await openTaskOf(instanceId))?.candidate.id, { timeout: 30_000 })
      .toBe(world.authority._id);
    await loop.stop();
  });
});

describe("several nodes", () => {
  it("take turns by lease: each item is repaired once, and a node that died holds nobody up for long", async () => {
    for (let count = 0; count < 6; count += 1) await declare();
    await MembershipModel.deleteMany({ organizationId: unit._id });
    await SweepModel.deleteMany({});
    await checkHolders(server.app, { pages: 0 });
    const nodes = ["a", "b", "c"].map((nodeId): App => ({ ...server.app, nodeId }));
    const turns = await Promise.all(nodes.map((app) => checkHolders(app, { pages: 200 })));
    expect(turns.reduce((sum, { repaired }) => sum + repaired, 0)).toBe(6);
    expect(turns.filter(({ finished }) => finished)).toHaveLength(1);
    // The next round is not due yet, and a lease that was never given back lapses.
    expect((await checkHolders(server.app, { pages: 1 })).rested).toBe(true);
    const leaseUntil = new Date(clock.now().getTime() + 60_000);
    await SweepModel.updateMany({}, { $set: { restUntil: null, leaseOwner: "dead", leaseUntil } });
    expect((await checkHolders(server.app, { pages: 1 })).rested).toBe(true);
    clock.set(new Date(leaseUntil.getTime() + 1));
    expect((await checkHolders(server.app, { pages: 1 })).rested).toBe(false);
  });
});
