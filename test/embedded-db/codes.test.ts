import { type Document, MaxKey, MinKey, MongoServerError } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "./support.ts";

/** Answers that an independent suite, checked against real servers, found wrong here; and error codes in their detail. */
let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase({ retryWrites: false });
});
afterAll(() => db.close());

let names = 0;
async function rowsOf(...docs: Document[]) {
  const rows = db.client.db("codes").collection<Document>(`c${++names}`);
  await rows.insertMany(docs.length > 0 ? docs : [{ _id: 1 as never }]);
  return rows;
}

async function codeOf(action: Promise<unknown>): Promise<unknown> {
  return action.then(
    () => "no error",
    (error) => (error instanceof MongoServerError ? error.code : error),
  );
}

describe("queries", () => {
  it("every value, a missing one too, lies above MinKey and below MaxKey", async () => {
    const rows = await rowsOf({ _id: 1 }, { _id: 2, n: null }, { _id: 3, n: 5 }, { _id: 4, n: new MinKey() });
    const found = async (condition: Document) =>
      (await rows.find({ n: condition }).toArray()).map(({ _id }) => _id as unknown);
    for (const indexed of [false, true]) {
      if (indexed) await rows.createIndex({ n: 1 });
      expect(await found({ $gt: new MinKey() })).toEqual([1, 2, 3]);
      expect(await found({ $lte: new MinKey() })).toEqual([4]);
      expect(await found({ $lt: new MaxKey() })).toEqual([1, 2, 3, 4]);
      expect(await found({ $gte: new MaxKey() })).toEqual([]);
    }
  });

  it("distinct values come in order", async () => {
    const rows = await rowsOf({ n: 7 }, { n: "a" }, { n: [3, null] }, { n: 1.5 }, { n: 3 });
    expect(await rows.distinct("n")).toEqual([null, 1.5, 3, 7, "a"]);
  });

  it.each([
    [14, { n: { $type: null } }],
    [14, { n: { $type: ["int", {}] } }],
    [2, { n: { $type: "integer" } }],
    [2, { n: { $ref: "others" } }],
    [238, { "n.": { $exists: true } }],
    [238, { "n..m": 1 }],
  ])("%i for the filter %j", async (code, filter) => {
    const rows = await rowsOf();
    expect(await codeOf(rows.find(filter as Document).toArray())).toBe(code);
  });

  it("a whole database reference is a value", async () => {
    const other = { $ref: "others", $id: 2 };
    const rows = await rowsOf({ _id: 1, to: { $ref: "others", $id: 1 } }, { _id: 2, to: other });
    expect(await rows.distinct("_id", { to: other })).toEqual([2]);
  });

  it.each([
    [31253, { a: 0, b: 1 }],
    [31254, { b: 1, a: 0 }],
    [40352, { "": 1 }],
    [40353, { "a.": 1 }],
    [15998, { "a..b": 1 }],
    [28667, { a: { $slice: "x" } }],
    [238, { a: { $slice: [1, 2, 3] } }],
    [16410, { a: { $add: [1], $b: 1 } }],
    [31250, { "a.b": 1, a: 1 }],
    [31249, { a: 1, "a.b": 1 }],
    [31252, { a: 0, b: { $add: [1] } }],
    [31254, { b: { $add: [1] }, a: 0 }],
    [31255, { "a.$": 1, b: { $elemMatch: { c: 1 } } }],
    [31256, { b: { $elemMatch: { c: 1 } }, "a.$": 1 }],
    [31274, { a: { $elemMatch: 1 } }],
    [31276, { "a.$": 1, "b.$": 1 }],
    [31325, { a: { $nonsense: 1 } }],
    [31394, { "a.$.b": 1 }],
    [31395, { "a.$": 0 }],
    [40353, { "a..$": 1 }],
  ])("%i for the projection %j", async (code, projection) => {
    const rows = await rowsOf();
    expect(await codeOf(rows.find({}, { projection: projection as Document }).toArray())).toBe(code);
  });
});

describe("commands", () => {
  it.each([
    [2, { find: "x", maxTimeMS: -1 }],
    [2, { find: "x", maxTimeMS: 1.5 }],
    [2, { find: "x", maxTimeMS: 2 ** 31 }],
    [15974, { find: "x", sort: { a: "up" } }],
    [15975, { find: "x", sort: { a: 2 } }],
    [15998, { find: "x", sort: { "a..b": 1 } }],
    [14, { aggregate: "x", pipeline: [], cursor: 1 }],
    [9, { aggregate: "x", pipeline: [] }],
  ])("%i for %j", async (code, command) => {
    expect(await codeOf(db.client.db("codes").command(command as Document))).toBe(code);
  });
});

describe("updates", () => {
  it.each([
    [{ $or: [{ a: 1 }] }, { a: 1 }],
    [{ $or: [{ a: 1, $and: [{ b: 2 }] }] }, { a: 1, b: 2 }],
    [{ $or: [{ a: 1 }, { b: 2 }] }, {}],
    [{ "a.b": 1, "a.c": { $in: [2] } }, { a: { b: 1, c: 2 } }],
  ])("an upsert has what every match of %j has", async (filter, expected) => {
    const rows = await rowsOf();
    await rows.updateOne(filter, { $set: { z: 0 } }, { upsert: true });
    expect(await rows.findOne({ z: 0 }, { projection: { _id: 0 } })).toEqual({ ...expected, z: 0 });
  });

  it.each([
    { $and: [{ a: 1 }, { a: 2 }] },
    { $and: [{ a: 1 }, { "a.b": 2 }] },
    { $and: [{ a: { x: 1 } }, { "a.b": 2 }] },
    { $and: [{ "a.b": 2 }, { a: { x: 1 } }] },
  ])("an upsert cannot tell a value from %j", async (filter) => {
    const rows = await rowsOf();
    expect(await codeOf(rows.updateOne(filter, { $set: { z: 0 } }, { upsert: true }))).toBe(54);
  });

  it("$each of $addToSet is one only in the first place", async () => {
    const rows = await rowsOf({ _id: 1 });
    await rows.updateOne({}, { $addToSet: { l: { k: 1, $each: [1] } } } as never);
    expect(await rows.findOne()).toEqual({ _id: 1, l: [{ k: 1, $each: [1] }] });
    expect(await codeOf(rows.updateOne({}, { $addToSet: { l: { $each: [1], k: 1 } } } as never))).toBe(2);
  });

  it.each([
    [28, { "l.k": 1 }, { $rename: { "l.k": "m" } }],
    [28, { s: 1 }, { $rename: { "s.k": "m" } }],
    [14, { s: 1 }, { $pop: { s: 1 } }],
    [14, {}, { $addToSet: { l: { $each: 1 } } }],
    [2, {}, { $push: { l: { $each: 1 } } }],
  ])("%i where %j for %j", async (code, filter, update) => {
    const rows = await rowsOf({ l: [{ k: 1 }], s: 1 });
    expect(await codeOf(rows.updateOne(filter, update as never))).toBe(code);
  });

  it("a replacement brings no name with $ into a document, an upsert may", async () => {
    const rows = await rowsOf({ _id: 1 });
    const replaced = (filter: Document) => codeOf(rows.replaceOne(filter, { a: 1, $b: 2 }, { upsert: true }));
    expect(await replaced({ _id: 1 })).toBe(52);
    expect(await replaced({ _id: 2 })).toBe("no error");
  });

  it("a name with $ can be unset", async () => {
    const rows = await rowsOf({ _id: 1, $a: 1 });
    await rows.updateOne({}, { $unset: { $a: "" } });
    expect(await rows.findOne()).toEqual({ _id: 1 });
  });

  it.each([2, null, "1"])("$pop does not take %j", async (side) => {
    const rows = await rowsOf({ l: [1] });
    expect(await codeOf(rows.updateOne({}, { $pop: { l: side } } as never))).toBe(9);
  });
});

describe("stages", () => {
  it.each([
    [40234, { $group: { _id: null, n: { a: 1 } } }],
    [40236, { $group: { _id: null, $n: { $sum: 1 } } }],
    [40237, { $group: { _id: null, n: { $max: ["$a", "$b"] } } }],
    [40177, { $addFields: {} }],
    [40180, { $addFields: { a: {} } }],
    [40181, { $addFields: { a: { $add: [1], b: 1 } } }],
    [40183, { $addFields: { a: { "b.c": 1 } } }],
    [31324, { $project: { "a.$": 1 } }],
    [31002, { $unset: {} }],
    [31119, { $unset: [] }],
    [31250, { $unset: ["a", "a"] }],
    [15973, { $sort: 1 }],
    [15976, { $sort: {} }],
    [15958, { $limit: 0 }],
    [2107201, { $limit: -1 }],
    [5107200, { $skip: 0.5 }],
    [40157, { $count: "" }],
    [40158, { $count: "$n" }],
    [40160, { $count: "a.b" }],
    [40147, { $sortByCount: { a: 1 } }],
    [40148, { $sortByCount: "a" }],
    [40149, { $sortByCount: 1 }],
    [40600, { $facet: { a: [{ $facet: { b: [] } }] } }],
    [40229, { $replaceRoot: 1 }],
    [40414, { $replaceRoot: {} }],
    [40415, { $replaceRoot: { newRoot: "$$ROOT", more: 1 } }],
    [15981, { $unwind: 1 }],
    [28808, { $unwind: { path: 1 } }],
    [28809, { $unwind: { path: "$a", preserveNullAndEmptyArrays: 1 } }],
    [28811, { $unwind: { path: "$a", more: 1 } }],
    [28812, { $unwind: {} }],
    [9, { $lookup: { from: "x", localField: "a", foreignField: "b" } }],
    [9, { $lookup: { from: "x", pipeline: [], as: "y", more: 1 } }],
    [9, { $lookup: { from: "x", let: { A: 1 }, pipeline: [], as: "y" } }],
    [40238, { $group: { _id: null, n: { $sum: 1, $max: 1 } } }],
    [15998, { $group: { _id: "$a..b" } }],
    [40352, { $unset: "" }],
    [9, { $lookup: { from: "x", let: "a", pipeline: [], as: "y" } }],
    [3040501, { $project: { r: { $rand: { a: 1 } } } }],
    [3040501, { $project: { r: { $rand: [1] } } }],
    [10065, { $project: { r: { $rand: null } } }],
    [28745, { $sample: 3 }],
    [28746, { $sample: { size: "a" } }],
    [28747, { $sample: { size: -1 } }],
    [28748, { $sample: { size: 1, more: 1 } }],
    [28749, { $sample: {} }],
    [40201, { $bucket: 1 }],
    [40197, { $bucket: { groupBy: "$n", boundaries: [0, 1], more: 1 } }],
    [40198, { $bucket: { groupBy: "$n" } }],
    [40202, { $bucket: { groupBy: [1], boundaries: [0, 1] } }],
    [40200, { $bucket: { groupBy: "$n", boundaries: 1 } }],
    [40192, { $bucket: { groupBy: "$n", boundaries: [1] } }],
    [40193, { $bucket: { groupBy: "$n", boundaries: [0, "a"] } }],
    [40194, { $bucket: { groupBy: "$n", boundaries: [1, 0] } }],
    [40196, { $bucket: { groupBy: "$n", boundaries: [0, 1], output: 1 } }],
    [40199, { $bucket: { groupBy: "$n", boundaries: [0, 9], default: 5 } }],
    [238, { $bucket: { groupBy: "$n", boundaries: [0, { $add: [1, 2] }] } }],
  ])("%i for %j", async (code, stage) => {
    const rows = await rowsOf();
    expect(await codeOf(rows.aggregate([stage]).toArray())).toBe(code);
  });

  it("a part of a row is no row of a sample", async () => {
    const rows = await rowsOf({}, {}, {}, {});
    expect(await rows.aggregate([{ $sample: { size: 2.9 } }]).toArray()).toHaveLength(2);
  });

  it("a pipeline is an array", async () => {
    const wrong = db.client.db("codes").command({ aggregate: "x", pipeline: 1, cursor: {} });
    expect(await codeOf(wrong)).toBe(14);
  });
});

describe("expressions", () => {
  it.each([
    [9, "$$"],
    [9, "$$1"],
    [9, { $map: { input: [1], as: "", in: 1 } }],
    [16612, { $add: [new Date(0), new Date(0)] }],
    [16872, "$"],
    [16878, { $map: 1 }],
    [16879, { $map: { input: [], in: 1, more: 1 } }],
    [16882, { $map: { in: 1 } }],
    [16883, { $map: { input: 1, in: 1 } }],
    [17081, { $cond: { if: 1, else: 1 } }],
    [17083, { $cond: { if: 1, then: 1, else: 1, more: 1 } }],
    [28646, { $filter: 1 }],
    [28647, { $filter: { input: [], cond: 1, more: 1 } }],
    [28648, { $filter: { cond: 1 } }],
    [28651, { $filter: { input: 1, cond: 1 } }],
    [28689, { $arrayElemAt: ["a", "b"] }],
    [28690, { $arrayElemAt: [[1], "b"] }],
    [28689, { $first: "a" }],
    [28691, { $arrayElemAt: [[1], 1.5] }],
    [28691, { $arrayElemAt: [[1], 2 ** 32] }],
    [40060, { $switch: 1 }],
    [40061, { $switch: { branches: 1 } }],
    [40062, { $switch: { branches: [1] } }],
    [40064, { $switch: { branches: [{ then: 1 }] } }],
    [40067, { $switch: { branches: [{ case: 1, then: 1 }], more: 1 } }],
    [40068, { $switch: { branches: [] } }],
  ])("%i for %j", async (code, expression) => {
    const rows = await rowsOf();
    expect(await codeOf(rows.aggregate([{ $replaceWith: { r: expression } }]).toArray())).toBe(code);
  });
});
