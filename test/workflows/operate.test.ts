import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WorkflowInstance } from "../../src/models/workflow-instance.ts";
import { WorkflowTask } from "../../src/models/workflow-task.ts";
import { WorkflowTimer } from "../../src/models/workflow-timer.ts";
import { WorkflowConflict, WorkflowInstanceMissing } from "../../src/workflows/runtime/conflict.ts";
import { cancelInstance, reassignTask } from "../../src/workflows/runtime/operate.ts";
import { advance, startInstance } from "../../src/workflows/runtime/store.ts";
import { inTransaction, openWorkflowDatabase, reviewer, startInput, workflowContext } from "./database.ts";

let database: { close(): Promise<void> };
beforeAll(async () => {
  database = await openWorkflowDatabase();
});
afterAll(() => database.close());

async function begin(processKey: string) {
  const ctx = await workflowContext();
  const started = await inTransaction(() => startInstance(ctx, startInput(processKey)));
  const taskId = started.openedTasks[0]?._id ?? "";
  const decide = (taskKey: string) => {
    const decision = { kind: "decide", taskKey, outcome: "approve", actor: reviewer } as const;
    return inTransaction(() => advance(ctx, started.instance._id, decision));
  };
  return { ctx, instanceId: started.instance._id, taskId, decide };
}

describe("reassignTask", () => {
  it("gives an open task to another holder with a visible reason; the process goes on as before", async () => {
    const { instanceId, taskId, decide } = await begin("declaration");
    const notice = "「单位」暂无可用管理员，由「主管部门」代审";
    await reassignTask(taskId, { candidate: { kind: "organization", id: "other" }, notice });
    expect(await WorkflowTask.findById(taskId).lean()).toMatchObject({
      candidate: { id: "other" },
      notice,
      status: "open",
    });
    await decide("review:0");
    const next = await WorkflowTask.findOne({ instanceId, status: "open" }).lean();
    expect(next).toMatchObject({ key: "review:1", candidate: { id: "organization-1" }, notice: null });
  });

  it("refuses a task that is no longer open", async () => {
    const { taskId, decide } = await begin("declaration");
    await decide("review:0");
    const to = { candidate: { kind: "organization", id: "other" }, notice: "" } as const;
    await expect(reassignTask(taskId, to)).rejects.toThrow(WorkflowConflict);
  });
});

describe("cancelInstance", () => {
  it("closes tasks and timers, and the instance takes no further event", async () => {
    const { ctx, instanceId, decide } = await begin("transfer");
    await inTransaction(() => cancelInstance(ctx, instanceId));
    expect(await WorkflowInstance.findById(instanceId).lean()).toMatchObject({
      status: "cancelled",
      version: 2,
    });
    expect(await WorkflowTask.countDocuments({ instanceId, status: "open" })).toBe(0);
    expect(await WorkflowTimer.countDocuments({ instanceId, status: "waiting" })).toBe(0);
    await expect(decide("release:0")).rejects.toThrow(WorkflowConflict);
    await expect(inTransaction(() => cancelInstance(ctx, instanceId))).rejects.toThrow(WorkflowConflict);
    await expect(inTransaction(() => cancelInstance(ctx, "none"))).rejects.toThrow(WorkflowInstanceMissing);
  });
});
