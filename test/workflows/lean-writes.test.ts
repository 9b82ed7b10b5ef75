import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { insertLean, updateAndInsertLean, updateLean } from "../../src/models/lean-writes.ts";
import { WorkflowTimer, type WorkflowTimerRecord } from "../../src/models/workflow-timer.ts";
import { newId } from "../../src/shared/ids.ts";
import { inTransaction, openWorkflowDatabase, type WorkflowDatabase } from "./database.ts";

let database: WorkflowDatabase;

beforeAll(async () => {
  database = await openWorkflowDatabase();
});

afterAll(async () => {
  await database.close();
});

const at = new Date("2026-03-02T01:00:00Z");

function timer(key: string): WorkflowTimerRecord {
  const due = { key, round: 1, dueAt: at, status: "waiting" as const };
  const lease = { leaseOwner: null, leaseUntil: null, attempts: 0, firedAt: null };
  return { _id: newId(at), instanceId: "instance", processKey: "transfer", ...due, ...lease, version: 0 };
}

function stored(ids: readonly string[]): Promise<WorkflowTimerRecord[]> {
  return WorkflowTimer.find({ _id: { $in: [...ids] } })
    .sort({ _id: 1 })
    .lean<WorkflowTimerRecord[]>()
    .exec();
}

describe("writes that Mongoose does not cast", () => {
  it("belong to the transaction around them: one that is taken back leaves nothing", async () => {
    const [first, second, third] = [timer("a"), timer("b"), timer("c")];
    await insertLean(WorkflowTimer, [first]);
    const attempt = inTransaction(async () => {
      await insertLean(WorkflowTimer, [second]);
      await updateLean(WorkflowTimer, { filter: { _id: first._id }, update: { $inc: { version: 1 } } });
      const change = { filter: { _id: first._id }, update: { $set: { status: "fired" as const } } };
      await updateAndInsertLean(WorkflowTimer, change, [third]);
      throw new Error("taken back");
    });
    await expect(attempt).rejects.toThrow("taken back");
    expect(await stored([first._id, second._id, third._id])).toEqual([first]);
  });

  it("write what they are given, field by field", async () => {
    const [first, second] = [timer("d"), timer("e")];
    const matched = await inTransaction(async () => {
      await insertLean(WorkflowTimer, [first]);
      const change = { filter: { _id: first._id }, update: { $set: { status: "fired" as const } } };
      return await updateAndInsertLean(WorkflowTimer, change, [second]);
    });
    expect(matched).toBe(1);
    const rows = await stored([first._id, second._id]);
    expect(rows.find(({ _id }) => _id === first._id)).toEqual({ ...first, status: "fired" });
    expect(rows.find(({ _id }) => _id === second._id)).toEqual(second);
  });

  it("say how many the change matched, and outside of a transaction write at once", async () => {
    const one = timer("f");
    expect(
      await updateLean(WorkflowTimer, { filter: { _id: one._id }, update: { $inc: { version: 1 } } }),
    ).toBe(0);
    expect(await stored([one._id])).toEqual([]);
    await insertLean(WorkflowTimer, [one]);
    const other = timer("g");
    const missed = { filter: { _id: one._id, key: "another" }, update: { $inc: { version: 1 } } };
    expect(await updateAndInsertLean(WorkflowTimer, missed, [other])).toBe(0);
    expect(await stored([one._id, other._id])).toHaveLength(2);
  });
});
