import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WorkflowTask } from "../../src/models/workflow-task.ts";
import { WorkflowTimer } from "../../src/models/workflow-timer.ts";
import { findDueReminders, takeReminder, urgeTask } from "../../src/workflows/runtime/reminders.ts";
import { advance, startInstance } from "../../src/workflows/runtime/store.ts";
import { claimDueTimers, fireTimer, timerLeaseMs } from "../../src/workflows/runtime/timers.ts";
import { inTransaction, openWorkflowDatabase, reviewer, startInput, workflowContext } from "./database.ts";

let database: { close(): Promise<void> };
let ctx: Awaited<ReturnType<typeof workflowContext>>;
beforeAll(async () => {
  database = await openWorkflowDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  ctx = await workflowContext();
  await WorkflowTimer.deleteMany({});
  await WorkflowTask.deleteMany({});
});

const begin = (processKey: string) => inTransaction(() => startInstance(ctx, startInput(processKey)));
const fire = (timer: Parameters<typeof fireTimer>[1]) => inTransaction(() => fireTimer(ctx, timer));
const claim = (owner: string) => claimDueTimers(ctx, { owner, limit: 10 });
const decide = (instanceId: string, taskKey: string, outcome: string) =>
  inTransaction(() => advance(ctx, instanceId, { kind: "decide", taskKey, outcome, actor: reviewer }));

describe("diagram timers", () => {
  it("a release that nobody decides goes to the superior after 15 days, not before (TRF-12)", async () => {
    const { instance } = await begin("transfer");
    ctx.clock.set("2026-03-17T00:59:59Z");
    expect(await claim("node-a")).toEqual([]);
    ctx.clock.set("2026-03-17T01:00:00Z");
    const [timer] = await claim("node-a");
    if (timer === undefined) throw new Error("no timer");
    const step = await fire(timer);
    expect(step?.serviceCalls.map(({ name }) => name)).toEqual(["escalateTransfer"]);
    const open = await WorkflowTask.find({ instanceId: instance._id, status: "open" }).lean();
    expect(open).toMatchObject([
      { key: "escalated:0", candidate: { id: "organization-originalEmployerSuperior" } },
    ]);
    expect(await WorkflowTask.find({ instanceId: instance._id, key: "release:0" }).lean()).toMatchObject([
      { status: "cancelled" },
    ]);
  });

  it("is cancelled when the task is decided in time", async () => {
    const { instance } = await begin("transfer");
    await decide(instance._id, "release:0", "approve");
    expect(await WorkflowTimer.find({ instanceId: instance._id }).lean()).toMatchObject([
      { status: "cancelled" },
    ]);
    ctx.clock.set("2026-05-01T00:00:00Z");
    expect(await claim("node-a")).toEqual([]);
  });

  it("of two nodes one gets it; what a dead node claimed comes back after its lease and still fires once", async () => {
    await begin("transfer");
    ctx.clock.set("2026-03-20T00:00:00Z");
    const [first, second] = await Promise.all([claim("node-a"), claim("node-b")]);
    const [stale] = [...first, ...second];
    expect(first.length + second.length).toBe(1);
    expect(await claim("node-c")).toEqual([]);
    ctx.clock.set(new Date(Date.parse("2026-03-20T00:00:00Z") + timerLeaseMs));
    const [again] = await claim("node-c");
    if (again === undefined || stale === undefined) throw new Error("no timer");
    expect(again).toMatchObject({ _id: stale._id, attempts: 2 });
    const fired = await Promise.all([fire(stale), fire(again), fire(again)]);
    expect(fired.filter((step) => step !== null)).toHaveLength(1);
  });

  it("does nothing when the instance has moved on, and is not offered again", async () => {
    const { instance } = await begin("transfer");
    ctx.clock.set("2026-03-20T00:00:00Z");
    const [timer] = await claim("node-a");
    if (timer === undefined) throw new Error("no timer");
    await decide(instance._id, "release:0", "reject");
    expect(await fire(timer)).toBeNull();
    expect(await WorkflowTimer.countDocuments({ status: "waiting" })).toBe(0);
  });
});

describe("reminders of tasks", () => {
  it("come at 50, 80 and 100 % of the time, each to one node only (FLW-11)", async () => {
    await begin("person-registration");
    const sent: number[] = [];
    // Due after ten working days: on 16 March at 09:00, fourteen days later.
    for (const moment of [
      "2026-03-09T00:59:00Z",
      "2026-03-09T01:00:00Z",
      "2026-03-13T05:48:00Z",
      "2026-03-16T01:00:00Z",
      "2026-04-01T00:00:00Z",
    ]) {
      ctx.clock.set(moment);
      const [due] = await findDueReminders(ctx, 10);
      if (due === undefined) continue;
      const taken = await Promise.all([1, 2, 3].map(() => inTransaction(() => takeReminder(ctx, due))));
      sent.push(...taken.flatMap((reminder) => reminder?.percent ?? []));
    }
    expect(sent).toEqual([50, 80, 100]);
  });

  it("that a standstill made late are sent once, not one after another", async () => {
    await begin("person-registration");
    ctx.clock.set("2026-04-01T00:00:00Z");
    const [due] = await findDueReminders(ctx, 10);
    if (due === undefined) throw new Error("nothing due");
    expect((await takeReminder(ctx, due))?.percent).toBe(100);
    expect(await findDueReminders(ctx, 10)).toEqual([]);
  });

  it("stop when the task is decided, and start anew in the next round", async () => {
    const { instance } = await begin("declaration");
    await decide(instance._id, "review:0", "reject");
    ctx.clock.set("2026-04-01T00:00:00Z");
    expect(await findDueReminders(ctx, 10)).toEqual([]);
    await decide(instance._id, "resubmit:0", "resubmit");
    expect(await findDueReminders(ctx, 10)).toEqual([]);
    ctx.clock.set("2026-05-01T00:00:00Z");
    expect(await findDueReminders(ctx, 10)).toMatchObject([{ key: "review:0", round: 2, remindersSent: 0 }]);
  });

  it("催办 counts once in 24 hours", async () => {
    const { openedTasks } = await begin("declaration");
    const id = openedTasks[0]?._id ?? "";
    expect(await urgeTask(ctx, id)).toBe(true);
    expect(await urgeTask(ctx, id)).toBe(false);
    ctx.clock.set("2026-03-03T01:00:00Z");
    expect(await urgeTask(ctx, id)).toBe(true);
    expect(await urgeTask(ctx, "0".repeat(24))).toBe(false);
  });
});
