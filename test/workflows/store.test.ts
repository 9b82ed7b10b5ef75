import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WorkflowInstance, type WorkflowInstanceRecord } from "../../src/models/workflow-instance.ts";
import { WorkflowTask } from "../../src/models/workflow-task.ts";
import { WorkflowConflict, WorkflowInstanceMissing } from "../../src/workflows/runtime/conflict.ts";
import { pathOf } from "../../src/workflows/runtime/history.ts";
import { replay } from "../../src/workflows/runtime/replay.ts";
import { UnknownRuleOutcome } from "../../src/workflows/runtime/step.ts";
import { advance, type AdvanceInput, startInstance } from "../../src/workflows/runtime/store.ts";
import { inTransaction, openWorkflowDatabase, reviewer, startInput, workflowContext } from "./database.ts";

let database: { close(): Promise<void> };
let ctx: Awaited<ReturnType<typeof workflowContext>>;
beforeAll(async () => {
  database = await openWorkflowDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  ctx = await workflowContext();
});

const start = (processKey: string, changes = {}) =>
  inTransaction(() => startInstance(ctx, startInput(processKey, changes)));
const step = (instanceId: string, input: AdvanceInput) =>
  inTransaction(() => advance(ctx, instanceId, input));
const decide = (taskKey: string, outcome: string, actor = reviewer) => ({
  kind: "decide" as const,
  taskKey,
  outcome,
  actor,
});
const withdraw: AdvanceInput = { kind: "message", name: "withdraw", actor: { accountId: "applicant-1" } };
const tasksOf = (instanceId: string) =>
  WorkflowTask.find({ instanceId }).sort({ round: 1, loopIndex: 1 }).lean();

async function stored(instanceId: string): Promise<WorkflowInstanceRecord> {
  const instance = await WorkflowInstance.findById(instanceId).lean<WorkflowInstanceRecord>();
  if (instance === null) throw new Error("no such instance");
  return instance;
}

async function refusal(action: Promise<unknown>): Promise<WorkflowConflict> {
  const error: unknown = await action.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WorkflowConflict)) throw new Error(`not a conflict: ${String(error)}`);
  return error;
}

describe("startInstance", () => {
  it("writes the instance, its history with the rule pack that answered, and the first task with its holder and deadline", async () => {
    const { instance, openedTasks, serviceCalls, summary } = await start("declaration");
    expect(await stored(instance._id)).toMatchObject({
      processKey: "declaration",
      status: "running",
      version: 1,
      year: 2026,
      events: [
        { type: "started", routeLength: 3 },
        { type: "ruled", elementId: "route", outcome: "full", pack: "test@1" },
      ],
    });
    expect(await tasksOf(instance._id)).toMatchObject([
      {
        _id: openedTasks[0]?._id,
        key: "review:0",
        round: 1,
        status: "open",
        candidate: { kind: "organization", id: "organization-0" },
        module: "declarations:review",
        title: "学术会议",
        year: 2026,
        hours: { public: 0, professional: 24 },
        // Ten working days after Monday, 2 March 2026.
        dueAt: new Date("2026-03-16T01:00:00Z"),
      },
    ]);
    expect(serviceCalls).toEqual([]);
    expect(summary).toMatchObject({ open: ["review:0"], endedAs: null });
  });

  it("writes nothing when the holder is unknown, the route empty or the rule's answer not declared", async () => {
    const before = await WorkflowInstance.countDocuments();
    await expect(start("person-registration", { parties: {} })).rejects.toThrow("finds no holder");
    await expect(start("declaration", { route: [] })).rejects.toThrow("route of at least one");
    await expect(start("nothing")).rejects.toThrow("no published definition");
    ctx = await workflowContext(() => ({ outcome: "sideways" }));
    await expect(start("declaration")).rejects.toThrow(UnknownRuleOutcome);
    expect(await WorkflowInstance.countDocuments()).toBe(before);
  });
});

describe("advance", () => {
  it("goes along the route, keeps every decision, and hands back the service call after the last", async () => {
    const { instance } = await start("declaration");
    const calls: string[][] = [];
    for (const index of [0, 1, 2]) {
      const result = await step(
        instance._id,
        decide(`review:${index}`, "approve", { ...reviewer, accountId: `reviewer-${index}` }),
      );
      calls.push(result.serviceCalls.map(({ name }) => name));
      expect(result.closedTasks).toMatchObject([
        { key: `review:${index}`, status: "decided", outcome: "approve" },
      ]);
    }
    expect(calls).toEqual([[], [], ["creditHours"]]);
    expect(await stored(instance._id)).toMatchObject({
      status: "ended",
      endedAs: "credited",
      version: 4,
    });
    const tasks = await tasksOf(instance._id);
    expect(tasks.map(({ candidate, decidedBy }) => [candidate.id, decidedBy?.accountId])).toEqual([
      ["organization-0", "reviewer-0"],
      ["organization-1", "reviewer-1"],
      ["organization-2", "reviewer-2"],
    ]);
  });

  it("stands where a cold replay of the stored history stands", async () => {
    const { instance } = await start("declaration");
    for (const input of [
      decide("review:0", "approve"),
      decide("review:1", "reject"),
      decide("resubmit:0", "resubmit"),
    ]) {
      const { position } = await step(instance._id, input);
      const { events } = await stored(instance._id);
      expect(position).toEqual(replay(await ctx.workflow.definitions.current("declaration"), pathOf(events)));
    }
    const open = (await tasksOf(instance._id)).filter(({ status }) => status === "open");
    expect(open).toMatchObject([{ key: "review:0", round: 2 }]);
  });

  it("shows reduced hours on the decided task and on those after it", async () => {
    const { instance } = await start("declaration");
    await step(instance._id, {
      ...decide("review:0", "approve"),
      subject: { hours: { public: 0, professional: 16 } },
    });
    expect((await tasksOf(instance._id)).map(({ hours }) => hours?.professional)).toEqual([16, 16]);
    expect((await tasksOf(instance._id)).map(({ title }) => title)).toEqual(["学术会议", "学术会议"]);
  });

  it("closes the open task when the applicant withdraws", async () => {
    const { instance } = await start("declaration");
    const result = await step(instance._id, withdraw);
    expect(result.serviceCalls.map(({ name }) => name)).toEqual(["withdrawDeclaration"]);
    expect(await tasksOf(instance._id)).toMatchObject([{ status: "cancelled", decidedBy: null }]);
    expect((await refusal(step(instance._id, decide("review:0", "approve")))).reason).toBe("closed");
    expect((await refusal(step(instance._id, withdraw))).reason).toBe("closed");
  });

  it("says who decided first and when, and writes nothing for the second", async () => {
    const { instance } = await start("declaration");
    await step(instance._id, decide("review:0", "approve", { ...reviewer, name: "先到者" }));
    const conflict = await refusal(step(instance._id, decide("review:0", "reject")));
    expect(conflict).toMatchObject({
      reason: "decided",
      decidedBy: { name: "先到者" },
      decidedAt: ctx.clock.now(),
      outcome: "approve",
    });
    expect((await stored(instance._id)).version).toBe(2);
  });

  it("refuses an outcome that the task does not offer, and an instance that does not exist", async () => {
    const { instance } = await start("declaration");
    await expect(step(instance._id, decide("review:0", "execute"))).rejects.toMatchObject({
      code: "unknown-outcome",
    });
    await expect(step("0".repeat(24), withdraw)).rejects.toThrow(WorkflowInstanceMissing);
    expect((await stored(instance._id)).version).toBe(1);
  });

  it("of many deciding one task at once exactly one wins, and the others learn who", async () => {
    const { instance } = await start("declaration");
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) =>
        step(
          instance._id,
          decide("review:0", index % 2 === 0 ? "approve" : "reject", { ...reviewer, accountId: `r${index}` }),
        ),
      ),
    );
    const winners = results.filter(({ status }) => status === "fulfilled");
    expect(winners).toHaveLength(1);
    const reasons = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason as WorkflowConflict] : [],
    );
    expect(reasons.every((reason) => reason instanceof WorkflowConflict && reason.reason === "decided")).toBe(
      true,
    );
    const { events, version } = await stored(instance._id);
    expect([events.length, version]).toEqual([3, 2]);
  });

  it("withdrawal and approval at once: one wins, and the history has one of them", async () => {
    for (let round = 0; round < 10; round += 1) {
      const { instance } = await start("person-registration");
      const results = await Promise.allSettled([
        step(instance._id, withdraw),
        step(instance._id, decide("review:0", "approve")),
      ]);
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      const { events, status } = await stored(instance._id);
      expect([events.length, status]).toEqual([2, "ended"]);
    }
  });

  it("takes everything back when the caller's transaction fails", async () => {
    const { instance } = await start("declaration");
    const failing = inTransaction(async () => {
      await advance(ctx, instance._id, decide("review:0", "approve"));
      throw new Error("the command behind the service failed");
    });
    await expect(failing).rejects.toThrow("the command behind the service failed");
    expect(await stored(instance._id)).toMatchObject({ version: 1, status: "running" });
    expect(await tasksOf(instance._id)).toMatchObject([{ key: "review:0", status: "open" }]);
  });
});
