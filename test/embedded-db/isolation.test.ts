import type { ClientSession, Collection, Document } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startEmbeddedDatabase } from "../../src/embedded-db/start.ts";
import { startTestDatabase, type TestDatabase } from "./support.ts";

/** In the manner of Hermitage: two transactions, T1 and T2, over two rows. */
let db: TestDatabase;
let rows: Collection<Document>;
let t1: ClientSession;
let t2: ClientSession;
beforeAll(async () => {
  db = await startTestDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  rows = db.client.db("iso").collection<Document>("rows");
  await rows.deleteMany({});
  await rows.insertMany([
    { _id: 1 as never, v: 10 },
    { _id: 2 as never, v: 20 },
  ]);
  [t1, t2] = [db.client.startSession(), db.client.startSession()];
  t1.startTransaction();
  t2.startTransaction();
  return () => Promise.all([t1.endSession(), t2.endSession()]);
});

const set = (session: ClientSession, id: number, v: number) =>
  rows.updateOne({ _id: id as never }, { $set: { v } }, { session });
const get = async (session: ClientSession | null, id: number) =>
  (await rows.findOne({ _id: id as never }, session ? { session } : {}))?.v;
const conflict = { code: 112, errorLabels: ["TransientTransactionError"] };

describe("snapshot isolation", () => {
  it("G0: no dirty writes", async () => {
    await set(t1, 1, 11);
    await expect(set(t2, 1, 12)).rejects.toMatchObject(conflict);
    await set(t1, 2, 21);
    await t1.commitTransaction();
    expect([await get(null, 1), await get(null, 2)]).toEqual([11, 21]);
  });

  it("G1a, G1b: no reads of aborted or intermediate writes", async () => {
    await set(t1, 1, 101);
    expect(await get(t2, 1)).toBe(10);
    expect(await get(null, 1)).toBe(10);
    await t1.abortTransaction();
    expect(await get(t2, 1)).toBe(10);
    await t2.commitTransaction();
    expect(await rows.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, v: 10 },
      { _id: 2, v: 20 },
    ]);
  });

  it("OTV, PMP: a predicate sees one snapshot, whatever commits meanwhile", async () => {
    expect(await rows.find({ v: { $gt: 15 } }, { session: t2 }).toArray()).toHaveLength(1);
    await rows.insertOne({ _id: 3 as never, v: 30 }, { session: t1 });
    await set(t1, 1, 50);
    await t1.commitTransaction();
    expect(await rows.find({ v: { $gt: 15 } }, { session: t2 }).toArray()).toHaveLength(1);
    expect(await rows.countDocuments({ v: { $gt: 15 } })).toBe(3);
  });

  it("P4: no lost updates", async () => {
    expect([await get(t1, 1), await get(t2, 1)]).toEqual([10, 10]);
    await set(t1, 1, 11);
    await t1.commitTransaction();
    await expect(set(t2, 1, 11)).rejects.toMatchObject(conflict);
  });

  it("G-single: no read skew", async () => {
    expect(await get(t1, 1)).toBe(10);
    await set(t2, 1, 12);
    await set(t2, 2, 18);
    await t2.commitTransaction();
    expect(await get(t1, 2)).toBe(20);
    await expect(rows.deleteMany({ v: 20 }, { session: t1 })).rejects.toMatchObject(conflict);
  });

  it("G2-item: write skew is allowed, as in MongoDB", async () => {
    for (const session of [t1, t2]) expect([await get(session, 1), await get(session, 2)]).toEqual([10, 20]);
    await set(t1, 1, 11);
    await set(t2, 2, 21);
    await t1.commitTransaction();
    await t2.commitTransaction();
    expect([await get(null, 1), await get(null, 2)]).toEqual([11, 21]);
  });

  it("unique keys conflict between transactions, and aborted ones leave them free", async () => {
    await rows
      .createIndex({ k: 1 }, { unique: true, partialFilterExpression: { k: { $exists: true } } })
      .catch(() => {});
    const [a, b] = [db.client.startSession(), db.client.startSession()];
    await t1.abortTransaction();
    await t2.abortTransaction();
    await rows.createIndex({ k: 1 }, { unique: true, partialFilterExpression: { k: { $exists: true } } });
    a.startTransaction();
    b.startTransaction();
    await rows.insertOne({ k: "x" }, { session: a });
    await expect(rows.insertOne({ k: "x" }, { session: b })).rejects.toMatchObject(conflict);
    await a.abortTransaction();
    await rows.insertOne({ k: "x" });
    await expect(rows.insertOne({ k: "x" })).rejects.toMatchObject({ code: 11000 });
    await Promise.all([a.endSession(), b.endSession()]);
  });

  it("an upsert returns what it inserted, also where its transaction had deleted just that document", async () => {
    await rows.deleteOne({ _id: 1 as never }, { session: t1 });
    await rows.insertOne({ _id: 3 as never, v: 30 }, { session: t1 });
    const found = await rows.findOneAndUpdate(
      { _id: 1 as never },
      { $set: { v: 99 } },
      { session: t1, upsert: true, returnDocument: "after" },
    );
    expect(found).toEqual({ _id: 1, v: 99 });
    await t1.commitTransaction();
  });

  it("an aborted transaction leaves no collection behind, a committed one its own", async () => {
    const names = async () => (await db.client.db("iso").listCollections().toArray()).map(({ name }) => name);
    await db.client.db("iso").collection("made").insertOne({}, { session: t1 });
    expect(await names()).not.toContain("made");
    await t1.abortTransaction();
    expect(await names()).not.toContain("made");
    await db.client.db("iso").collection("kept").insertOne({}, { session: t2 });
    await t2.commitTransaction();
    expect(await names()).toContain("kept");
  });

  it("a transaction reads a collection that it makes, by every command; others do not", async () => {
    const made = db.client.db("iso").collection<Document>("own");
    await made.insertOne({ v: 1 }, { session: t1 });
    const seen = async (session: ClientSession) => [
      (await made.find({}, { session }).toArray()).length,
      await made.countDocuments({ v: 1 }, { session }),
      (await made.distinct("v", {}, { session })).length,
      (await made.aggregate([{ $match: { v: 1 } }, { $set: { w: 1 } }], { session }).toArray()).length,
    ];
    expect(await seen(t1)).toEqual([1, 1, 1, 1]);
    expect(await seen(t2)).toEqual([0, 0, 0, 0]);
    await t1.abortTransaction();
  });

  it("a plain write waits for a transaction, but no longer than its maxTimeMS, and then has done nothing", async () => {
    await set(t1, 1, 11);
    const started = Date.now();
    await expect(
      rows.updateOne({ _id: 1 as never }, { $set: { v: 99 } }, { maxTimeMS: 150 }),
    ).rejects.toMatchObject({ code: 50, codeName: "MaxTimeMSExpired" });
    expect(Date.now() - started).toBeGreaterThanOrEqual(150);
    await expect(rows.findOneAndDelete({ _id: 1 as never }, { maxTimeMS: 100 })).rejects.toMatchObject({
      code: 50,
    });
    await t1.commitTransaction();
    expect(await get(null, 1)).toBe(11);
    await rows.updateOne({ _id: 1 as never }, { $set: { v: 12 } }, { maxTimeMS: 5_000 });
    expect(await get(null, 1)).toBe(12);
  });

  it("a write that waits within its maxTimeMS is done when the transaction ends", async () => {
    await set(t1, 1, 11);
    const waiting = rows.updateOne({ _id: 1 as never }, { $inc: { v: 1 } }, { maxTimeMS: 20_000 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await t1.commitTransaction();
    expect(await waiting).toMatchObject({ modifiedCount: 1 });
    expect(await get(null, 1)).toBe(12);
  });

  it("an index build waits for a transaction no longer than its maxTimeMS, and writers go on", async () => {
    await set(t1, 1, 11);
    await expect(rows.createIndex({ v: 1 }, { maxTimeMS: 100 })).rejects.toMatchObject({ code: 50 });
    await t1.commitTransaction();
    await rows.insertOne({ _id: 3 as never, v: 30 });
    expect((await rows.indexes()).map(({ name }) => name)).not.toContain("v_1");
  });

  it("what an index met first in an undone transaction is remembered with the next write, also after a restart", async () => {
    const own = await startTestDatabase();
    const things = own.client.db("iso").collection<Document>("things");
    await things.createIndex({ tags: 1 });
    const session = own.client.startSession();
    session.startTransaction();
    await things.insertOne({ tags: [1, 2] }, { session });
    await session.abortTransaction();
    await session.endSession();
    await things.insertOne({ _id: 1 as never, tags: [3, 4] });
    await own.server.stop();
    const again = await startEmbeddedDatabase({ dataDir: own.folder });
    expect(await things.find({ tags: { $gt: 0 } }).toArray()).toEqual([{ _id: 1, tags: [3, 4] }]);
    await own.client.close();
    await again.stop();
    await t1.abortTransaction();
    await t2.abortTransaction();
  });

  it("a commit that is repeated is answered again, also after the server was killed", async () => {
    const own = await startTestDatabase();
    const things = own.client.db("iso").collection<Document>("things");
    await things.insertOne({ _id: 1 as never, v: 1 });
    const session = own.client.startSession();
    session.startTransaction();
    await things.updateOne({ _id: 1 as never }, { $inc: { v: 1 } }, { session });
    await session.commitTransaction();
    await session.commitTransaction();
    process.kill(own.server.pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 200));
    const again = await startEmbeddedDatabase({ dataDir: own.folder });
    await session.commitTransaction();
    expect(await things.findOne()).toEqual({ _id: 1, v: 2 });
    await session.endSession();
    await own.client.close();
    await again.stop();
    await t1.abortTransaction();
    await t2.abortTransaction();
  });
});
