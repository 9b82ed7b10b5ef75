import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AuditEventModel } from "../../../src/models/audit-event.ts";
import { NotificationModel } from "../../../src/models/notification.ts";
import type { Person } from "../../../src/models/person.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import { WorkflowTimer } from "../../../src/models/workflow-timer.ts";
import type { App } from "../../../src/server/command-context.ts";
import { fireTimersPeriodically, fireWhatIsDue } from "../../../src/server/jobs/fire-timers-periodically.ts";
import { makeApp } from "../../../src/server/make-app.ts";
import { createOperator } from "../../../src/server/seeds/ensure-operator.ts";
import { fixedClock } from "../../../src/shared/clock.ts";
import { getInstanceOperations, retryTimer } from "../../../src/shared/contracts/instances.ts";
import { submitTransfer } from "../../../src/shared/contracts/transfers.ts";
import { claimDueTimers, timerLeaseMs } from "../../../src/workflows/runtime/timers.ts";
import { MembershipModel } from "../../../src/models/membership.ts";
import { auditTypes, messagesTo, openTask, storedApplication } from "../../support/applications.ts";
import { declareOwn } from "../../support/declaring.ts";
import { clientOf, freshIdNumber, inTransaction, newPerson, personClient } from "../../support/world.ts";
import { useProvince } from "../../support/province.ts";

/** Two more nodes on the same database. */
let nodes: App[];
let doctor: Person;

const clock = fixedClock("2026-11-23T02:00:00Z");
const dayMs = 86_400_000;

const { server, world } = useProvince({ clock });

beforeAll(async () => {
  nodes = [];
  for (let count = 0; count < 2; count += 1)
    nodes.push(await makeApp(server.app.env, { clock, log: server.app.log }));
});

beforeEach(async () => {
  doctor = await newPerson(server.app, world.hospital);
});

function forward(days: number): void {
  clock.set(new Date(clock.now().getTime() + days * dayMs));
}

/** Every node at once, until none finds anything to do. */
async function everyNodeFires(): Promise<number> {
  let all = 0;
  for (;;) {
    const done = await Promise.all([server.app, ...nodes].map((app) => fireWhatIsDue(app)));
    const sum = done.reduce((total, count) => total + count, 0);
    if (sum === 0) return all;
    all += sum;
  }
}

async function transferAway(): Promise<{ id: string; instanceId: string }> {
  const client = await personClient(server.app, server.url, doctor);
  const to = { kind: "unit" as const, organizationId: world.company._id };
  const { id } = await client.ok(submitTransfer, { to, reason: "工作调动" });
  const { instanceId } = await storedApplication(id);
  return { id, instanceId };
}

async function remindersOf(instanceId: string): Promise<unknown[]> {
  const events = await AuditEventModel.find({ subjectId: instanceId, type: "task.reminded" })
    .sort({ at: 1 })
    .lean();
  return events.map(({ data }) => data["percent"]);
}

describe("reminders on several nodes", () => {
  it("come at 50, 80 and 100 %, each once; at 100 % the superior is told (FLW-11)", async () => {
    const client = await personClient(server.app, server.url, doctor);
    const { instanceId } = await declareOwn({ app: server.app, client, person: doctor });
    const task = await WorkflowTask.findOne({ instanceId, status: "open" }).lean();
    const span = (task?.dueAt?.getTime() ?? 0) - (task?.createdAt.getTime() ?? 0);
    const sent: unknown[][] = [];
    for (const share of [0.49, 0.5, 0.79, 0.8, 0.99, 1, 2]) {
      clock.set(new Date((task?.createdAt.getTime() ?? 0) + span * share));
      await everyNodeFires();
      sent.push(await remindersOf(instanceId));
    }
    expect(sent).toEqual([[], [50], [50], [50, 80], [50, 80], [50, 80, 100], [50, 80, 100]]);
    const toHolder = await messagesTo(world.hospital.adminAccountId, instanceId);
    expect(toHolder.map(({ title }) => title).toSorted()).toEqual([
      "待办事项办理时限已过50%",
      "待办事项办理时限已过80%",
      "待办事项已超过办理时限",
    ]);
    const above = await messagesTo(world.authority.adminAccountId, instanceId);
    expect(above.map(({ kind }) => kind)).toEqual(["task.escalated"]);
  });

  it("a person is reminded of his own task, and a standstill of all nodes loses nothing", async () => {
    const { instanceId } = await transferAway();
    await WorkflowTask.updateOne(
      { instanceId, status: "open" },
      { $set: { candidate: { kind: "person", id: doctor._id } } },
    );
    forward(60);
    await everyNodeFires();
    const own = await NotificationModel.find({ accountId: doctor.accountId, kind: "task.reminded" }).lean();
    expect(own.map(({ title }) => title)).toEqual(["待办事项已超过办理时限"]);
  });
});

describe("timers of diagrams on several nodes", () => {
  it("a release that nobody decides goes to the superior once, not before 15 days (TRF-12)", async () => {
    const { id, instanceId } = await transferAway();
    forward(14.9);
    await everyNodeFires();
    expect((await openTask({ instanceId })).candidate.id).toBe(world.hospital._id);
    forward(0.1);
    expect(await everyNodeFires()).toBeGreaterThan(0);
    expect((await openTask({ instanceId })).candidate.id).toBe(world.authority._id);
    expect((await auditTypes(id)).filter((type) => type === "transfer.escalated")).toHaveLength(1);
    expect((await auditTypes(instanceId)).filter((type) => type === "instance.timer_fired")).toHaveLength(1);
    expect(await WorkflowTimer.countDocuments({ instanceId, status: "fired" })).toBe(1);
  });

  it("what a node died with is fired by another after the lease, once", async () => {
    const { id, instanceId } = await transferAway();
    forward(15);
    const claimed = await claimDueTimers(server.app, { owner: "a node that died", limit: 10 });
    expect(claimed.map((timer) => timer.instanceId)).toEqual([instanceId]);
    await everyNodeFires();
    expect((await openTask({ instanceId })).candidate.id).toBe(world.hospital._id);
    clock.set(new Date(clock.now().getTime() + timerLeaseMs));
    await everyNodeFires();
    expect((await openTask({ instanceId })).candidate.id).toBe(world.authority._id);
    expect((await auditTypes(id)).filter((type) => type === "transfer.escalated")).toHaveLength(1);
  });

  it("one that fails leaves nothing half done, does not hold up others, and is tried again", async () => {
    const broken = await transferAway();
    doctor = await newPerson(server.app, world.hospital);
    const fine = await transferAway();
    forward(15);
    const failing = {
      ...server.app,
      services: {
        ...server.app.services,
        escalateTransfer: async (ctx, call) => {
          if (call.instanceId === broken.instanceId) throw new Error("the service is out of order");
          await server.app.services["escalateTransfer"]?.(ctx, call);
        },
      },
    } satisfies App;
    await fireWhatIsDue(failing);
    expect((await openTask(fine)).candidate.id).toBe(world.authority._id);
    expect((await openTask(broken)).candidate.id).toBe(world.hospital._id);
    expect(await WorkflowTimer.findOne({ instanceId: broken.instanceId }).lean()).toMatchObject({
      status: "waiting",
      attempts: 1,
    });
    const operator = await operatorClient();
    const { timers } = await operator.ok(getInstanceOperations, { id: broken.instanceId });
    expect(timers).toMatchObject([{ overdue: true, attempts: 1 }]);
    const retry = { id: broken.instanceId, timerId: timers[0]?.id ?? "", reason: "服务已恢复" };
    // The node's lease has not ended yet.
    expect((await operator.call(retryTimer, retry)).body.error?.code).toBe("request.conflict");
    clock.set(new Date(clock.now().getTime() + timerLeaseMs));
    await operator.ok(retryTimer, retry);
    expect((await openTask(broken)).candidate.id).toBe(world.authority._id);
    expect(await auditTypes(broken.instanceId)).toContain("instance.timer_retried");
    expect((await operator.call(retryTimer, retry)).body.error?.code).toBe("instance.nothing_to_retry");
  });

  it("the node's own loop fires what falls due, and stops", async () => {
    const { instanceId } = await transferAway();
    forward(15);
    const loop = fireTimersPeriodically(server.app, 20);
    await expect.poll(async () => (await openTask({ instanceId })).candidate.id).toBe(world.authority._id);
    await loop.stop();
  });
});

async function operatorClient() {
  const accountId = await inTransaction(server.app, (ctx) =>
    createOperator(ctx, { name: "平台运维", idNumber: freshIdNumber(), passwordHash: "scrypt$AAAA$AAAA" }),
  );
  const membership = await MembershipModel.findOne({ accountId, role: "operator" }).lean();
  return clientOf(server.app, server.url, { accountId, roleKey: membership?._id ?? "" });
}
