import { Readable } from "node:stream";
import {
  Binary,
  Decimal128,
  type Document,
  Double,
  GridFSBucket,
  Int32,
  Long,
  MongoServerError,
  ObjectId,
} from "mongodb";
import mongoose, { Schema } from "mongoose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "./support.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase();
});
afterAll(() => db.close());

let names = 0;
const fresh = () => db.client.db("test").collection<Document>(`c${++names}`);

describe("documents", () => {
  it("come back as they went in, with every type and the order of their fields", async () => {
    const c = fresh();
    const doc = {
      _id: new ObjectId(),
      z: 1,
      a: 1.5,
      long: Long.fromString("9007199254740993"),
      dec: Decimal128.fromString("1.10"),
      s: "学时",
      when: new Date("2026-01-02T03:04:05.678Z"),
      bin: new Binary(Buffer.from([1, 2, 3])),
      n: null,
      t: true,
      list: [1, [2, { x: "y" }]],
      re: /ab+/i,
    };
    await c.insertOne(doc);
    const found = await c.findOne({ _id: doc._id }, { promoteLongs: false });
    expect(found).toStrictEqual({ ...doc, bin: found?.bin });
    expect(Object.keys(found ?? {})).toEqual(Object.keys(doc));
    expect(Buffer.from(found?.bin.buffer)).toEqual(Buffer.from([1, 2, 3]));
  });

  it("are found, sorted, skipped, limited and projected", async () => {
    const c = fresh();
    await c.insertMany(
      Array.from({ length: 20 }, (_, i) => ({
        _id: i as never,
        n: i % 5,
        tag: { k: `k${i}` },
        arr: [i, i + 1],
      })),
    );
    const rows = await c
      .find({ n: { $gte: 2, $lt: 4 } })
      .sort({ n: -1, _id: 1 })
      .skip(1)
      .limit(3)
      .project({ "tag.k": 1 })
      .toArray();
    expect(rows).toEqual([
      { _id: 8, tag: { k: "k8" } },
      { _id: 13, tag: { k: "k13" } },
      { _id: 18, tag: { k: "k18" } },
    ]);
    expect(await c.countDocuments({ arr: 3 })).toBe(2);
    expect(await c.distinct("n", { _id: { $lt: 3 as never } })).toEqual([0, 1, 2]);
    expect(await c.findOne({ $or: [{ n: 9 }, { "tag.k": /^k7$/ }] })).toMatchObject({ _id: 7 });
    expect(await c.estimatedDocumentCount()).toBe(20);
  });

  it("stream through a cursor in batches", async () => {
    const c = fresh();
    await c.insertMany(Array.from({ length: 2500 }, (_, i) => ({ i })));
    let sum = 0;
    for await (const row of c.find({}, { batchSize: 100 })) sum += row.i;
    expect(sum).toBe((2499 * 2500) / 2);
  });

  it("are updated by operators, pipelines, array filters and positions", async () => {
    const c = fresh();
    await c.insertOne({
      _id: 1 as never,
      n: 1,
      list: [
        { k: 1, v: 1 },
        { k: 2, v: 2 },
      ],
      tags: ["a"],
    });
    await c.updateOne(
      { _id: 1 as never, "list.k": 2 },
      {
        $set: { "list.$.v": 20, "deep.er": 1 },
        $inc: { n: 4 },
        $push: { tags: { $each: ["c", "b"], $sort: 1 } as never },
      },
    );
    await c.updateOne(
      { _id: 1 as never },
      { $set: { "list.$[e].w": true } },
      { arrayFilters: [{ "e.k": 1 }] },
    );
    await c.updateOne({ _id: 1 as never }, [{ $set: { sum: { $add: ["$n", 1] } } }]);
    expect(await c.findOne()).toEqual({
      _id: 1,
      n: 5,
      list: [
        { k: 1, v: 1, w: true },
        { k: 2, v: 20 },
      ],
      tags: ["a", "b", "c"],
      deep: { er: 1 },
      sum: 6,
    });
    const upserted = await c.updateOne(
      { key: "x" },
      { $set: { a: 1 }, $setOnInsert: { b: 2 } },
      { upsert: true },
    );
    expect(await c.findOne({ _id: upserted.upsertedId as never })).toMatchObject({ key: "x", a: 1, b: 2 });
    const after = await c.findOneAndUpdate({ key: "x" }, { $unset: { b: "" } }, { returnDocument: "after" });
    expect(after).not.toHaveProperty("b");
    expect(await c.findOneAndDelete({ key: "x" })).toMatchObject({ a: 1 });
    expect(
      await c.bulkWrite([
        { insertOne: { document: { q: 1 } } },
        { updateMany: { filter: {}, update: { $set: { q: 2 } } } },
        { deleteOne: { filter: { q: 2 } } },
      ]),
    ).toMatchObject({ insertedCount: 1, matchedCount: 2, deletedCount: 1 });
  });
});

describe("indexes", () => {
  it("keep keys unique, say which key was taken, and can be partial", async () => {
    const c = fresh();
    await c.createIndex({ a: 1, b: -1 }, { unique: true, partialFilterExpression: { live: true } });
    await c.insertOne({ a: 1, b: 1, live: true });
    await c.insertOne({ a: 1, b: 1, live: false });
    const error = await c.insertOne({ a: 1, b: 1, live: true }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(MongoServerError);
    expect(error).toMatchObject({ code: 11000, keyPattern: { a: 1, b: -1 }, keyValue: { a: 1, b: 1 } });
    expect((await c.indexes()).map((index) => index.name)).toEqual(["_id_", "a_1_b_-1"]);
    await c.dropIndex("a_1_b_-1");
    await c.insertOne({ a: 1, b: 1, live: true });
  });

  it("of one command are made all, or none where one meets a duplicate", async () => {
    const c = fresh();
    await c.insertMany([
      { a: 1, b: 1 },
      { a: 2, b: 1 },
    ]);
    const names = async () => (await c.indexes()).map((index) => index.name);
    const wanted = [{ key: { a: 1 } }, { key: { b: 1 }, unique: true }];
    await expect(c.createIndexes(wanted)).rejects.toMatchObject({ code: 11000, keyValue: { b: 1 } });
    expect(await names()).toEqual(["_id_"]);
    await c.deleteOne({ a: 2 });
    await c.createIndexes(wanted);
    expect(await names()).toEqual(["_id_", "a_1", "b_1"]);
    expect(await c.find({ b: 1 }).hint("b_1").toArray()).toHaveLength(1);
  });

  it("are used: explain names the index and what was examined", async () => {
    const c = fresh();
    await c.createIndex({ status: 1, at: -1 });
    await c.insertMany(Array.from({ length: 300 }, (_, i) => ({ status: i % 3, at: i })));
    const plan = await c.find({ status: 1 }).sort({ at: -1 }).limit(5).explain("executionStats");
    expect(plan.queryPlanner.winningPlan).toMatchObject({
      stage: "FETCH",
      inputStage: { indexName: "status_1_at_-1" },
    });
    expect(plan.executionStats).toMatchObject({ nReturned: 5, totalKeysExamined: 5, totalDocsExamined: 5 });
    const merged = await c
      .find({ status: { $in: [0, 2] } })
      .sort({ at: -1 })
      .limit(4)
      .toArray();
    expect(merged.map(({ at }) => at)).toEqual([299, 297, 296, 294]);
    expect(
      (await c.find({ status: { $gt: 1 }, at: { $lt: 10 } }).toArray())
        .map(({ at }) => at)
        .sort((a, b) => a - b),
    ).toEqual([2, 5, 8]);
  });

  it("give an order by fields without arrays behind a field that holds them", async () => {
    const c = fresh();
    await c.createIndex({ scopes: 1, name: 1 });
    await c.insertMany(
      Array.from({ length: 300 }, (_, i) => ({ scopes: ["top", `unit${i % 3}`], name: (i * 7) % 300 })),
    );
    const query = () =>
      c
        .find({ scopes: { $in: ["top", "unit1"] } })
        .sort({ name: -1 })
        .limit(3);
    expect((await query().toArray()).map(({ name }) => name)).toEqual([299, 298, 297]);
    const plan = await c.find({ scopes: "top" }).sort({ name: 1 }).limit(5).explain("executionStats");
    expect(plan.queryPlanner.winningPlan.stage).toBe("FETCH");
    expect(plan.executionStats).toMatchObject({ nReturned: 5, totalDocsExamined: 5 });
    const two = fresh();
    await two.insertMany([{ scopes: ["top"] }, { scopes: ["top", "a"] }]);
    const smallest = await two.find({ scopes: "top" }).sort({ scopes: 1 }).limit(1).toArray();
    expect(smallest[0]?.["scopes"]).toEqual(["top", "a"]);
    // By the array itself: each document counts by its smallest element, which no single range of the index gives.
    const byArray = await c.find({ scopes: "top" }).sort({ scopes: 1 }).limit(5).explain();
    expect(byArray.queryPlanner.winningPlan.stage).toBe("SORT");
    // Once a name is an array, names give no order any more.
    await c.insertOne({ scopes: "top", name: [-1, 500] });
    expect((await c.find({ scopes: "top" }).sort({ name: 1 }).limit(1).toArray())[0]?.["name"]).toEqual([
      -1, 500,
    ]);
    expect((await c.find({ scopes: "top" }).sort({ name: -1 }).limit(1).toArray())[0]?.["name"]).toEqual([
      -1, 500,
    ]);
    expect((await c.find({ scopes: "top" }).sort({ name: 1 }).explain()).queryPlanner.winningPlan.stage).toBe(
      "SORT",
    );
  });
});

describe("transactions", () => {
  it("are seen whole or not at all", async () => {
    const c = fresh();
    await c.insertOne({ _id: 1 as never, n: 0 });
    await db.client.withSession(async (session) => {
      session.startTransaction();
      await c.updateOne({ _id: 1 as never }, { $set: { n: 1 } }, { session });
      await c.insertOne({ _id: 2 as never }, { session });
      expect(await c.countDocuments({}, { session })).toBe(2);
      expect(await c.findOne({ _id: 1 as never })).toEqual({ _id: 1, n: 0 });
      await session.commitTransaction();
      expect(await c.findOne({ _id: 1 as never })).toEqual({ _id: 1, n: 1 });
      session.startTransaction();
      await c.deleteMany({}, { session });
      await session.abortTransaction();
    });
    expect(await c.countDocuments()).toBe(2);
  });

  it("conflict with each other, and withTransaction repeats the loser", async () => {
    const c = fresh();
    await c.insertOne({ _id: 1 as never, n: 0 });
    const add = () =>
      db.client.withSession((session) =>
        session.withTransaction(async () => {
          const row = await c.findOne({ _id: 1 as never }, { session });
          await c.updateOne({ _id: 1 as never }, { $set: { n: row?.n + 1 } }, { session });
        }),
      );
    await Promise.all(Array.from({ length: 6 }, add));
    expect((await c.findOne())?.n).toBe(6);
    const [one, two] = [db.client.startSession(), db.client.startSession()];
    one.startTransaction();
    two.startTransaction();
    await c.findOne({}, { session: two });
    await c.updateOne({}, { $inc: { n: 1 } }, { session: one });
    const error = await c.updateOne({}, { $inc: { n: 1 } }, { session: two }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 112, errorLabels: ["TransientTransactionError"] });
    const waiting = c.updateOne({}, { $inc: { n: 100 } });
    await one.commitTransaction();
    await waiting;
    expect((await c.findOne())?.n).toBe(107);
    await Promise.all([one.endSession(), two.endSession()]);
  });
});

describe("aggregate", () => {
  it("evaluates the variables of a $lookup with each row, and nothing else", async () => {
    const c = fresh();
    await c.insertMany([
      { _id: 1 as never, list: [1, 2] },
      { _id: 2 as never, list: [] },
    ]);
    const lookup = {
      from: c.collectionName,
      let: { size: { $size: "$list" } },
      pipeline: [{ $match: { $expr: { $eq: ["$_id", "$$size"] } } }, { $project: { list: 0 } }],
      as: "found",
    };
    expect(await c.aggregate([{ $lookup: lookup }, { $unset: "list" }]).toArray()).toEqual([
      { _id: 1, found: [{ _id: 2 }] },
      { _id: 2, found: [] },
    ]);
    await expect(
      c.aggregate([{ $limit: 1 }, { $match: { none: 1 } }, { $set: { x: { $ifNull: ["$x"] } } }]).toArray(),
    ).rejects.toMatchObject({ code: 1257300 });
  });

  it("evaluates the variables of a $lookup inside of another with the rows of both", async () => {
    const c = fresh();
    await c.insertMany([1, 2].map((_id) => ({ _id: _id as never })));
    const from = c.collectionName;
    const pairs = { pair: { $concatArrays: [["$$outer"], ["$$inner"]] } };
    const inner = { from, let: { inner: "$_id" }, pipeline: [{ $project: pairs }], as: "in" };
    const outer = { from, let: { outer: "$_id" }, pipeline: [{ $lookup: inner }], as: "out" };
    const rows = await c.aggregate([{ $lookup: outer }, { $sort: { _id: 1 } }]).toArray();
    const found = rows.map(({ out }) =>
      out.map((row: Document) => row["in"].map((one: Document) => one["pair"])),
    );
    const by = (o: number, i: number) => [1, 2].map(() => [o, i]);
    expect(found).toEqual([1, 2].map((o) => [1, 2].map((i) => by(o, i))));
  });

  it("joins a regular expression with itself, not with what it matches", async () => {
    const c = fresh();
    await c.insertMany([{ _id: 1 as never, v: [/a/, 1] }, { _id: 2 as never, v: "a" }, { _id: 3 as never }]);
    const join = { from: c.collectionName, localField: "v", foreignField: "v", as: "same" };
    const rows = await c.aggregate([{ $match: { _id: 1 } }, { $lookup: join }]).toArray();
    expect(rows[0]?.same.map(({ _id }: Document) => _id)).toEqual([1]);
    await expect(c.aggregate([{ $lookup: { ...join, from: "" } }]).toArray()).rejects.toThrow(/'from'/);
  });

  it("sums doubles without what rounding loses, whole numbers exactly, decimals apart", async () => {
    const sumOf = async (values: unknown[]) => {
      const c = fresh();
      await c.insertMany(values.map((v) => ({ v })));
      const group = { _id: null, sum: { $sum: "$v" }, avg: { $avg: "$v" } };
      return (
        await c.aggregate([{ $group: group }], { promoteLongs: false, promoteValues: false }).toArray()
      )[0];
    };
    expect(await sumOf(Array.from({ length: 10 }, () => 0.1))).toMatchObject({ sum: new Double(1) });
    const most = Long.fromString("9223372036854775807");
    expect(await sumOf([most, 1, -1])).toMatchObject({ sum: most });
    expect(await sumOf([most, 1])).toMatchObject({ sum: new Double(2 ** 63) });
    expect(await sumOf([2_147_483_647, 1])).toMatchObject({ sum: Long.fromString("2147483648") });
    expect(await sumOf([1, 2])).toMatchObject({ sum: new Int32(3), avg: new Double(1.5) });
    expect(await sumOf([0.5, Decimal128.fromString("0.20"), 1])).toMatchObject({
      sum: Decimal128.fromString("1.70"),
    });
    expect(await sumOf([1 / 0, 1])).toMatchObject({ sum: new Double(1 / 0) });
    expect((await sumOf([1 / 0, -1 / 0]))?.["sum"].value).toBeNaN();
  });

  it("adds to a date in the order of the arguments, and stops at a null", async () => {
    const c = fresh();
    await c.insertOne({ when: new Date(0) });
    const of = async (r: unknown) => (await c.aggregate([{ $project: { _id: 0, r } }]).toArray())[0]?.["r"];
    expect(await of({ $add: ["$when", 0.5, 0.5] })).toEqual(new Date(2));
    expect(await of({ $add: [0.5, 0.5, "$when"] })).toEqual(new Date(1));
    expect(await of({ $subtract: ["$when", 0.5] })).toEqual(new Date(-1));
    expect(await of({ $concat: ["a", "$none", 1] })).toBeNull();
    await expect(of({ $add: ["$when", "$when"] })).rejects.toMatchObject({ code: 16612 });
    await expect(of({ $concat: [1, "$none"] })).rejects.toMatchObject({ code: 16702 });
  });

  it("says what is malformed before it is asked for rows", async () => {
    const aggregate = {
      aggregate: "absent",
      pipeline: [{ $project: { a: "$$b" } }],
      cursor: { batchSize: 0 },
    };
    await expect(db.client.db("test").command(aggregate)).rejects.toMatchObject({ code: 17276 });
  });

  it("puts what it computes below a value that is no document where this value was", async () => {
    const c = fresh();
    await c.insertOne({ _id: 1 as never, d: 5, e: [1, { x: 2 }] });
    const [row] = await c.aggregate([{ $project: { _id: 0, e: { x: 1 }, d: { y: "$d" } } }]).toArray();
    expect(JSON.stringify(row)).toBe('{"d":{"y":5},"e":[{"x":2}]}');
    const computed = { _id: 0, e: { x: 1, y: "$d" }, none: { y: "$none" } };
    const [other] = await c.aggregate([{ $project: computed }]).toArray();
    expect(JSON.stringify(other)).toBe('{"e":[{"y":5},{"x":2,"y":5}],"none":{}}');
  });

  it("fills buckets only between boundaries in order, and a default outside of them", async () => {
    const code = (more: Document) =>
      fresh()
        .aggregate([{ $bucket: { groupBy: "$a", boundaries: [0, 5, 9], ...more } }])
        .toArray()
        .then(
          () => 0,
          (error: MongoServerError) => error.code,
        );
    const given = [
      { default: 9 },
      { default: -1 },
      { default: 7 },
      { boundaries: [5, 0] },
      { boundaries: [0, "a"] },
    ];
    expect(await Promise.all(given.map(code))).toEqual([0, 0, 40199, 40194, 40193]);
  });

  it("makes no date out of reach", async () => {
    const c = fresh();
    await c.insertOne({ when: new Date(0) });
    const add = { $add: ["$when", Number.NaN] };
    await expect(c.aggregate([{ $project: { add } }]).toArray()).rejects.toMatchObject({ code: 15 });
  });

  it("groups, looks up, unwinds and facets", async () => {
    const [people, rows] = [fresh(), fresh()];
    await people.insertMany([
      { _id: 1 as never, name: "甲" },
      { _id: 2 as never, name: "乙" },
    ]);
    await rows.insertMany([
      { p: 1, h: 3, t: ["a", "b"] },
      { p: 1, h: 4, t: ["b"] },
      { p: 2, h: 5, t: [] },
    ]);
    const sums = await rows
      .aggregate([
        { $match: { h: { $gt: 2 } } },
        { $group: { _id: "$p", hours: { $sum: "$h" }, max: { $max: "$h" } } },
        { $sort: { _id: 1 } },
        { $lookup: { from: people.collectionName, localField: "_id", foreignField: "_id", as: "person" } },
        { $unwind: "$person" },
        {
          $project: {
            _id: 0,
            name: "$person.name",
            hours: 1,
            big: { $cond: [{ $gt: ["$hours", 6] }, "yes", "no"] },
          },
        },
      ])
      .toArray();
    expect(sums).toEqual([
      { hours: 7, name: "甲", big: "yes" },
      { hours: 5, name: "乙", big: "no" },
    ]);
    const [facets] = await rows
      .aggregate([
        { $facet: { total: [{ $count: "n" }], tags: [{ $unwind: "$t" }, { $sortByCount: "$t" }] } },
      ])
      .toArray();
    expect(facets).toEqual({
      total: [{ n: 3 }],
      tags: [
        { _id: "b", count: 2 },
        { _id: "a", count: 1 },
      ],
    });
  });
});

describe("GridFS", () => {
  it("keeps a file of several chunks", async () => {
    const bucket = new GridFSBucket(db.client.db("files"), { chunkSizeBytes: 64 * 1024 });
    const data = Buffer.alloc(300_000, 7);
    const upload = bucket.openUploadStream("a.bin", { metadata: { kind: "scan" } });
    await new Promise((resolve, reject) =>
      Readable.from([data]).pipe(upload).on("finish", resolve).on("error", reject),
    );
    const parts: Buffer[] = [];
    for await (const part of bucket.openDownloadStream(upload.id)) parts.push(part as Buffer);
    expect(Buffer.concat(parts).equals(data)).toBe(true);
    await bucket.delete(upload.id);
    expect(await db.client.db("files").collection("fs.chunks").countDocuments()).toBe(0);
  });
});

describe("mongoose", () => {
  it("runs models with indexes, versions, populate and transactions", async () => {
    const connection = await mongoose.createConnection(db.server.uri, { dbName: "goose" }).asPromise();
    const Org = connection.model(
      "Org",
      new Schema({ name: { type: String, unique: true } }, { optimisticConcurrency: true, timestamps: true }),
    );
    const Person = connection.model(
      "Person",
      new Schema({ org: { type: Schema.Types.ObjectId, ref: "Org" }, tags: [String] }),
    );
    await Org.init();
    const org = await Org.create({ name: "厅" });
    await Person.create({ org: org._id, tags: ["x"] });
    const person = await Person.findOne({ tags: "x" }).populate<{ org: { name: string } }>("org").orFail();
    expect(person.org.name).toBe("厅");
    await expect(Org.create({ name: "厅" })).rejects.toMatchObject({ code: 11000 });
    const stale = await Org.findById(org._id).orFail();
    org.name = "局";
    await org.save();
    stale.name = "处";
    await expect(stale.save()).rejects.toThrow(/No matching document|version/i);
    await connection.transaction(async (session) => {
      await Person.create([{ tags: ["in"] }], { session });
    });
    await expect(
      connection.transaction(async (session) => {
        await Person.create([{ tags: ["out"] }], { session });
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await Person.countDocuments({ tags: { $in: ["in", "out"] } })).toBe(1);
    expect(await connection.db?.listCollections().toArray()).toHaveLength(2);
    await connection.close();
  });
});

describe("time", () => {
  it("expires documents by a TTL index and long operations by maxTimeMS", async () => {
    const c = fresh();
    await c.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    await c.insertMany([
      { _id: 1 as never, at: new Date(Date.now() - 120_000) },
      { _id: 2 as never, at: new Date() },
      { _id: 3 as never },
    ]);
    const big = fresh();
    await big.insertMany(Array.from({ length: 30_000 }, (_, i) => ({ i, text: `${i}` })));
    await expect(big.find({ text: /no such/ }, { maxTimeMS: 1 }).toArray()).rejects.toMatchObject({
      code: 50,
    });
    await expect.poll(() => c.countDocuments(), { timeout: 20_000, interval: 250 }).toBe(2);
  });
});
