import { Decimal128, type Document, Long, MaxKey, MongoServerError, Timestamp } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "./support.ts";

/** Answers of which MongoDB's own tests say what they have to be, each once given otherwise here. */
let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase({ retryWrites: false });
});
afterAll(() => db.close());
beforeEach(async () => {
  await rows().drop();
});

const rows = () => db.client.db("answers").collection<Document>("rows");
const run = (command: Document) => db.client.db("answers").command(command);
const insert = (...documents: Document[]) => rows().insertMany(documents);
const found = (filter: Document, options = {}) =>
  rows()
    .find(filter, { projection: { _id: 0 }, ...options })
    .toArray();
const computed = async (expression: unknown) =>
  (
    await rows()
      .aggregate([{ $project: { _id: 0, value: expression } }])
      .toArray()
  )[0]?.value;

async function codeOf(action: Promise<unknown>): Promise<unknown> {
  const error = await action.then(
    () => "no error",
    (reason: unknown) => reason,
  );
  return error instanceof MongoServerError ? error.code : error;
}

describe("queries", () => {
  it("finds a regular expression as a value, with an index as without", async () => {
    await insert({ r: /^ab/ }, { r: "abc" }, { r: /^ab/i });
    const both = [{ r: /^ab/ }, { r: "abc" }];
    expect(await found({ r: /^ab/ })).toEqual(both);
    await rows().createIndex({ r: 1 });
    expect(await found({ r: /^ab/ }, { sort: { r: -1 } })).toEqual(both);
  });

  it("sees an array within an array as a document of its positions in $elemMatch", async () => {
    await insert({ n: 1, a: [["y"], ["x", "z"]] }, { n: 2, a: [["z", "x"]] });
    const matching = { a: { $elemMatch: { 0: "x" } } };
    expect(await found(matching, { projection: { _id: 0, n: 1 } })).toEqual([{ n: 1 }]);
    await rows().createIndex({ "a.0": 1 });
    expect(await found(matching, { projection: { _id: 0, n: 1 } })).toEqual([{ n: 1 }]);
  });

  it.each([
    ["a pattern in $ne", { t: { $ne: /a/ } }, 2],
    ["a value beside $elemMatch in $all", { t: { $all: [1, { $elemMatch: { x: 3 } }] } }, 2],
    ["a pattern of more than 32764 bytes", { t: { $regex: "z".repeat(32765) } }, 2],
    ["a pattern with NUL", { t: { $regex: "a\0b" } }, 2],
  ])("refuses %s", async (_what, filter, code) => {
    expect(await codeOf(found(filter))).toBe(code);
  });

  it("refuses two positional projections, before any row is met", async () => {
    const projection = { "x.$": 1, "y.$": 1 };
    expect(await codeOf(found({ "x.a": 1, "y.a": 1 }, { projection }))).toBe(31276);
  });

  it("refuses a positional projection beside $elemMatch", async () => {
    const projection = { "x.$": 1, y: { $elemMatch: { a: 1 } } };
    expect(await codeOf(found({ "x.a": 1 }, { projection }))).toBe(31255);
  });

  it("makes no batch larger than a document may be", async () => {
    const padding = "x".repeat(15 * 1024 * 1024);
    await rows().insertMany([
      { _id: 1 as never },
      { _id: 2 as never, padding },
      { _id: 3 as never, padding },
    ]);
    const ids = (batch: Document[]) => batch.map(({ _id }) => _id);
    const { cursor } = await run({ find: "rows" });
    expect(ids(cursor.firstBatch)).toEqual([1, 2]);
    const next = await run({ getMore: cursor.id, collection: "rows", batchSize: 1 });
    expect(ids(next.cursor.nextBatch)).toEqual([3]);
    expect(await rows().find().toArray()).toHaveLength(3);
  });

  it("finds by $mod whole parts that a Long holds", async () => {
    const held = [4.9, -4, Long.MIN_VALUE, Decimal128.fromString("6.5")];
    const others = [1e300, 2 ** 63, Decimal128.fromString("1E+40"), Infinity, Number.NaN, "4", null, 3];
    await insert(...[...held, ...others].map((n) => ({ n })));
    expect((await found({ n: { $mod: [2, 0] } }, { promoteLongs: false })).map(({ n }) => n)).toEqual(held);
  });

  it.each([[[1e300, 0]], [[2, 1e300]], [[2]], [[2, 0, 0]], [[0, 0]], [["2", 0]], [2]])(
    "refuses $mod of %j",
    async ($mod) => {
      expect(await codeOf(found({ n: { $mod } }))).toBe(2);
    },
  );

  it("looks many documents up by their _id", async () => {
    await rows().insertMany(Array.from({ length: 2000 }, (_, _id) => ({ _id: _id as never })));
    const query = { _id: { $in: Array.from({ length: 1000 }, (_, i) => i * 3) } };
    const backwards = rows().find(query as Document, { sort: { _id: -1 } });
    const ids = (await backwards.toArray()).map(({ _id }) => _id);
    expect(ids).toEqual(Array.from({ length: 667 }, (_, i) => 1998 - i * 3));
    expect(await rows().countDocuments(query as Document)).toBe(667);
    const { executionStats } = await backwards.clone().explain("executionStats");
    expect(executionStats).toMatchObject({ nReturned: 667, totalDocsExamined: 667 });
  });

  it("counts along a hinted index, also where it has fewer documents", async () => {
    await insert({ a: 1 }, { a: 2 });
    await rows().createIndex({ x: 1 }, { sparse: true });
    expect(await rows().countDocuments({}, { hint: "x_1" })).toBe(0);
    expect((await run({ count: "rows", hint: "x_1" })).n).toBe(0);
    expect((await run({ count: "rows", hint: "_id_" })).n).toBe(2);
    expect(await codeOf(run({ count: "rows", hint: "absent" }))).toBe(2);
  });

  it("ends a cursor whose collection is dropped", async () => {
    await insert({ n: 1 }, { n: 2 }, { n: 3 });
    const cursor = rows().find({}, { batchSize: 1 });
    await cursor.next();
    await rows().drop();
    await insert({ n: 4 });
    expect(await codeOf(cursor.toArray())).toBe(175);
  });
});

describe("writes", () => {
  it("take what an $or of one clause asks for into an upsert", async () => {
    await rows().updateOne({ $and: [{ c: 1 }, { $or: [{ x: 1 }] }] }, { $set: { n: 2 } }, { upsert: true });
    expect(await found({})).toEqual([{ c: 1, x: 1, n: 2 }]);
  });

  it("change nothing inside of an _id, whatever the way", async () => {
    await rows().insertOne({ _id: { a: 1 } as never });
    for (const update of [{ $set: { "_id.b": 2 } }, { $unset: { "_id.a": 1 } }, [{ $set: { "_id.b": 2 } }]])
      expect(await codeOf(rows().updateOne({}, update))).toBe(66);
    const upsert = { upsert: true };
    expect(await codeOf(rows().updateOne({ "_id.a": 4 }, { $setOnInsert: { "_id.b": 1 } }, upsert))).toBe(66);
    expect(await codeOf(rows().updateOne({}, { $set: { "_id.a": 1 } }))).toBe("no error");
    expect(await rows().find().toArray()).toEqual([{ _id: { a: 1 } }]);
  });

  it.each([
    ["arrayFilters that are no array", { i: 0 }, 14],
    ["an array filter that is no object", ["i"], 14],
    ["an expression in an array filter", [{ $expr: { $eq: ["$i", 0] } }], 224],
    ["a position without its filter", [], 2],
    ["a filter without its position", [{ i: 0 }, { j: 0 }], 9],
  ])("refuse %s, though nothing matches", async (_what, arrayFilters, code) => {
    const updates = [{ q: { absent: 1 }, u: { $set: { "a.$[i]": 5 } }, arrayFilters }];
    const refused = run({ update: "rows", updates }).then((reply) => {
      throw new MongoServerError(reply.writeErrors[0]);
    });
    expect(await codeOf(refused)).toBe(code);
  });

  it.each(["$match", "$sort", "$facet", "$lookup", "$group"])("refuse %s in an update", async (stage) => {
    expect(await codeOf(rows().updateOne({}, [{ [stage]: {} }]))).toBe(72);
  });

  it("put the time into empty timestamps, in an insert and in a replacement, at the top level", async () => {
    const empty = new Timestamp({ t: 0, i: 0 });
    await rows().insertOne({ _id: empty as never, at: empty, inner: { at: empty } });
    const [inserted] = await rows().find().toArray();
    expect(inserted).toMatchObject({ _id: empty, inner: { at: empty } });
    expect(Math.abs(inserted?.at.t - Date.now() / 1000)).toBeLessThan(60);
    await rows().replaceOne({}, { later: empty });
    await rows().updateOne({}, { $set: { kept: empty } });
    const [replaced] = await rows().find().toArray();
    expect(replaced).toMatchObject({ kept: empty });
    expect(replaced?.later.greaterThan(inserted?.at)).toBe(true);
  });

  const nested = [[5], 5, [[1]], [1], { x: 5 }];

  it.each([
    ["what is equal to a value", 5, [[5], [[1]], [1], { x: 5 }]],
    ["what is equal to an array", [1], [[5], 5, [[1]], { x: 5 }]],
    ["what an operator finds, also in an array", { $gt: 4 }, [[[1]], [1], { x: 5 }]],
    ["the documents that a filter finds", { x: 5 }, [[5], 5, [[1]], [1]]],
  ])("$pull %s", async (_what, condition, left) => {
    await insert({ list: nested });
    await rows().updateOne({}, { $pull: { list: condition } } as Document);
    expect(await found({})).toEqual([{ list: left }]);
  });

  it.each([
    [{ list: 5 }, 1],
    [{ list: [5] }, 0],
    [{ list: { $in: [7, [1]] } }, 3],
    [{ list: { $elemMatch: { $eq: 5 } } }, 1],
    [{ "list.x": 5 }, 4],
  ])("mean by $ the element that %j found, not what is inside of it", async (query, at) => {
    await insert({ list: nested });
    expect(await found(query, { projection: { _id: 0, "list.$": 1 } })).toEqual([{ list: [nested[at]] }]);
    await rows().updateOne(query, { $set: { "list.$": 0 } });
    expect(await found({})).toEqual([{ list: nested.with(at, 0 as never) }]);
  });

  it("refuse $ where no element was found, but an array by its size or as a whole", async () => {
    await insert({ list: [[1, 2], 3] });
    for (const query of [{ list: { $size: 2 } }, { list: [[1, 2], 3] }]) {
      expect(await codeOf(rows().updateOne(query, { $set: { "list.$": 0 } }))).toBe(2);
      expect(await codeOf(found(query, { projection: { "list.$": 1 } }))).toBe(51246);
    }
  });
});

describe("expressions", () => {
  beforeEach(() =>
    insert({ nested: { four: 4 }, list: [{ a: 1 }, { a: 2 }], at: new Date(0), max: new MaxKey() }),
  );

  it.each([
    [{ $map: { input: ["$$ROOT.nested"], as: "CURRENT", in: "$four" } }, [4]],
    [
      { $map: { input: ["$nested"], as: "CURRENT", in: { $add: ["$$CURRENT.four", "$$ROOT.nested.four"] } } },
      [8],
    ],
    [{ $map: { input: "$list", as: "CURRENT", in: "$a" } }, [1, 2]],
    ["$$CURRENT.nested.four", 4],
  ])("read fields from CURRENT: %j", async (expression, value) => {
    expect(await computed(expression)).toEqual(value);
  });

  it.each([
    ["ROOT as a variable", { $map: { input: [], as: "ROOT", in: "$$ROOT" } }, 9],
    ["a variable without a name", { $map: { input: [], as: "", in: 1 } }, 9],
    ["a variable's bad name", { $map: { input: [], as: "a-b", in: 1 } }, 9],
    ["two dates in $add", { $add: ["$at", "$at"] }, 16612],
    ["$arrayElemAt of a text", { $arrayElemAt: ["text", 0] }, 28689],
    ["$map over a text", { $map: { input: "text", in: 1 } }, 16883],
    ["$filter of a text", { $filter: { input: "text", cond: true } }, 28651],
  ])("refuse %s", async (_what, expression, code) => {
    expect(await codeOf(computed(expression))).toBe(code);
  });

  it("refuse bad names in the let of a $lookup", async () => {
    const stage = { $lookup: { from: "rows", let: { Bad: 1 }, pipeline: [], as: "all" } };
    expect(await codeOf(rows().aggregate([stage]).toArray())).toBe(9);
  });

  it("group what is missing with null under one field, and apart under two, as MongoDB does", async () => {
    await rows().drop();
    await insert({ a: null, b: 1 }, { b: 1 });
    const groups = (id: Document) =>
      rows()
        .aggregate([{ $group: { _id: id, n: { $sum: 1 } } }, { $sort: { _id: 1 } }])
        .toArray();
    expect(await groups({ a: "$a" })).toEqual([{ _id: { a: null }, n: 2 }]);
    expect(await groups({ a: "$a", b: "$b" })).toHaveLength(2);
  });
});

describe("commands", () => {
  it("say whether a dropped database was there", async () => {
    await insert({ n: 1 });
    expect(await run({ dropDatabase: 1 })).toMatchObject({ dropped: "answers" });
    expect(await run({ dropDatabase: 1 })).not.toHaveProperty("dropped");
  });

  it("make no database whose name differs from another's in case only", async () => {
    await insert({ n: 1 });
    const other = db.client.db("Answers");
    expect(await other.collection("rows").findOne()).toBeNull();
    for (const made of [
      () => other.collection("rows").insertOne({}),
      () => other.createCollection("rows"),
      () => other.collection("rows").createIndex({ n: 1 }),
    ])
      expect(await codeOf(made())).toBe(13297);
    expect(await other.listCollections().toArray()).toEqual([]);
  });

  it("list the size of the databases that they list, and no size with the names only", async () => {
    await insert({ n: 1 });
    await db.client.db("beside").collection("rows").insertOne({ n: 1 });
    const admin = db.client.db("admin");
    const some = await admin.command({ listDatabases: 1, filter: { name: "answers" } });
    expect(some.totalSize).toBe(some.databases[0].sizeOnDisk);
    expect(await admin.command({ listDatabases: 1, nameOnly: true })).not.toHaveProperty("totalSize");
  });

  it.each([
    { find: "rows" },
    { count: "rows" },
    { distinct: "rows", key: "n" },
    { listIndexes: "rows" },
    { aggregate: "rows", pipeline: [], cursor: {} },
  ])("refuse a write concern: %j", async (read) => {
    await insert({ n: 1 });
    const command = { ...read, writeConcern: { w: 1 } };
    expect(await codeOf(run(command))).toBe(72);
  });

  it("count the index on _id of a collection that createIndexes makes", async () => {
    const reply = await run({ createIndexes: "rows", indexes: [{ key: { x: 1 }, name: "x_1" }] });
    expect(reply).toMatchObject({
      createdCollectionAutomatically: true,
      numIndexesBefore: 1,
      numIndexesAfter: 2,
    });
  });

  it.each([
    ["a name with NUL", { key: { a: 1 }, name: "a\0b" }, 67],
    ["the name of the index on _id", { key: { a: 1 }, name: "_id_" }, 2],
    ["options of the index on _id", { key: { _id: 1 }, name: "_id_", unique: true }, 197],
    ["a pattern in its filter", { key: { a: 1 }, name: "a", partialFilterExpression: { x: /a/ } }, 67],
    [
      "a negation in its filter",
      { key: { a: 1 }, name: "a", partialFilterExpression: { x: { $ne: 1 } } },
      67,
    ],
    ["the name *", { key: { a: 1 }, name: "*" }, 2],
    ["a key that begins with $", { key: { "a.$b": 1 }, name: "a" }, 67],
    ["(nothing of) the key of a reference", { key: { "a.$id": 1 }, name: "a" }, "no error"],
  ])("of an index refuse %s", async (_what, index, code) => {
    expect(await codeOf(run({ createIndexes: "rows", indexes: [index] }))).toBe(code);
  });
});
