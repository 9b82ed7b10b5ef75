import { type Document, MongoServerError } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "./support.ts";

/** Walks what MongoDB 7 knows: each entry gives the documented answer or the documented refusal. */
let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase({ retryWrites: false });
  await db.client
    .db("walk")
    .collection("one")
    .insertOne({
      _id: 1 as never,
      n: 5,
      s: "abc",
      list: [1, 2, 3],
      docs: [{ k: 1 }, { k: 2 }],
      d: new Date("2026-03-04T05:06:07.089Z"),
      o: { x: 1 },
      z: null,
    });
});
afterAll(() => db.close());

const REFUSED = Symbol("refused");
/** As MongoDB refuses an expression operator that it does not know. */
const UNKNOWN = Symbol("unknown");
const one = () => db.client.db("walk").collection<Document>("one");

async function codeOf(action: () => Promise<unknown>): Promise<unknown> {
  try {
    await action();
    return "no error";
  } catch (error) {
    return error instanceof MongoServerError ? error.code : error;
  }
}

const EXPRESSIONS: [string, unknown, unknown][] = [
  ["$add", { $add: ["$n", 2] }, 7],
  ["$and", { $and: [1, 0] }, false],
  ["$and stops early", { $and: [false, { $divide: [1, 0] }] }, false],
  ["$or stops early", { $or: [true, { $divide: [1, 0] }] }, true],
  ["$arrayElemAt", { $arrayElemAt: ["$list", -1] }, 3],
  ["$avg", { $avg: "$list" }, 2],
  ["$cmp", { $cmp: [1, 2] }, -1],
  ["$concat", { $concat: ["a", "$s"] }, "aabc"],
  ["$concatArrays", { $concatArrays: ["$list", [4]] }, [1, 2, 3, 4]],
  ["$cond", { $cond: [true, 1, 2] }, 1],
  ["$dayOfMonth", { $dayOfMonth: "$d" }, 4],
  ["$divide", { $divide: [7, 2] }, 3.5],
  ["$eq", { $eq: [1, 1] }, true],
  ["$filter", { $filter: { input: "$list", as: "i", cond: { $gt: ["$$i", 1] } } }, [2, 3]],
  ["$first", { $first: "$list" }, 1],
  ["$setField", { $setField: { field: "a.b", input: "$o", value: 2 } }, { x: 1, "a.b": 2 }],
  ["$gt", { $gt: [2, 1] }, true],
  ["$gte", { $gte: [1, 1] }, true],
  ["$ifNull", { $ifNull: ["$missing", "x"] }, "x"],
  ["$in", { $in: [2, "$list"] }, true],
  ["$isArray", { $isArray: "$list" }, true],
  ["$isNumber", { $isNumber: "$s" }, false],
  ["$last", { $last: "$list" }, 3],
  ["$literal", { $literal: "$n" }, "$n"],
  ["$lt", { $lt: [1, 2] }, true],
  ["$lte", { $lte: [2, 1] }, false],
  ["$map", { $map: { input: "$docs", in: "$$this.k" } }, [1, 2]],
  ["$max", { $max: "$list" }, 3],
  ["$mergeObjects", { $mergeObjects: ["$o", { y: 2 }] }, { x: 1, y: 2 }],
  ["$min", { $min: "$list" }, 1],
  ["$month", { $month: "$d" }, 3],
  ["$multiply", { $multiply: [2, 3] }, 6],
  ["$ne", { $ne: [1, 2] }, true],
  ["$not", { $not: [0] }, true],
  ["$or", { $or: [0, 1] }, true],
  ["$size", { $size: "$list" }, 3],
  ["$subtract", { $subtract: ["$d", new Date("2026-03-04T05:06:07.000Z")] }, 89],
  ["$sum", { $sum: ["$n", "$list", "$s"] }, 5],
  ["$switch", { $switch: { branches: [{ case: { $eq: ["$n", 5] }, then: "five" }], default: 0 } }, "five"],
  ["$type", { $type: "$n" }, "int"],
  ["$year", { $year: "$d" }, 2026],
  ...[
    "$abs",
    "$ceil",
    "$floor",
    "$getField",
    "$unsetField",
    "$mod",
    "$toObjectId",
    "$convert",
    "$allElementsTrue",
    "$anyElementTrue",
    "$arrayToObject",
    "$dateToString",
    "$dayOfWeek",
    "$dayOfYear",
    "$hour",
    "$millisecond",
    "$minute",
    "$objectToArray",
    "$reduce",
    "$reverseArray",
    "$second",
    "$setDifference",
    "$setEquals",
    "$setIntersection",
    "$setIsSubset",
    "$setUnion",
    "$split",
    "$strLenCP",
    "$substrCP",
    "$week",
    "$dateAdd",
    "$dateDiff",
    "$dateSubtract",
    "$indexOfArray",
    "$indexOfBytes",
    "$indexOfCP",
    "$ltrim",
    "$pow",
    "$range",
    "$regexMatch",
    "$replaceAll",
    "$replaceOne",
    "$round",
    "$rtrim",
    "$slice",
    "$sortArray",
    "$sqrt",
    "$strLenBytes",
    "$strcasecmp",
    "$substr",
    "$substrBytes",
    "$toBool",
    "$toDate",
    "$toDecimal",
    "$toDouble",
    "$toInt",
    "$toLong",
    "$trim",
    "$accumulator",
    "$acos",
    "$acosh",
    "$asin",
    "$asinh",
    "$atan",
    "$atan2",
    "$atanh",
    "$binarySize",
    "$bitAnd",
    "$bitNot",
    "$bitOr",
    "$bitXor",
    "$bsonSize",
    "$cos",
    "$cosh",
    "$dateFromParts",
    "$dateFromString",
    "$dateToParts",
    "$dateTrunc",
    "$degreesToRadians",
    "$exp",
    "$firstN",
    "$function",
    "$isoDayOfWeek",
    "$isoWeek",
    "$isoWeekYear",
    "$lastN",
    "$ln",
    "$log",
    "$log10",
    "$maxN",
    "$median",
    "$meta",
    "$minN",
    "$percentile",
    "$radiansToDegrees",
    "$regexFind",
    "$regexFindAll",
    "$sampleRate",
    "$sin",
    "$sinh",
    "$stdDevPop",
    "$stdDevSamp",
    "$tan",
    "$tanh",
    "$toHashedIndexKey",
    "$trunc",
    "$tsIncrement",
    "$tsSecond",
    "$zip",
    "$let",
    "$toLower",
    "$toString",
    "$toUpper",
    "$nonsense",
  ].map((name): [string, unknown, unknown] => [name, { [name]: 1 }, UNKNOWN]),
  ["$year of a date by name", { $year: { date: "$d" } }, REFUSED],
  ["$filter with a limit", { $filter: { input: "$a", cond: true, limit: 1 } }, REFUSED],
];

describe("expression operators", () => {
  it.each(EXPRESSIONS)("%s", async (_name, expression, expected) => {
    const run = () =>
      one()
        .aggregate([{ $replaceWith: { r: expression } }])
        .toArray();
    if (expected === REFUSED) expect(await codeOf(run)).toBe(238);
    else if (expected === UNKNOWN) expect(await codeOf(run)).toBe(168);
    else expect(await run()).toEqual([{ r: expected }]);
  });
});

const FILTERS: [string, Document, unknown][] = [
  ["$eq", { n: { $eq: 5 } }, 1],
  ["$ne", { n: { $ne: 5 } }, 0],
  ["$gt", { n: { $gt: 4 } }, 1],
  ["$gte", { z: { $gte: null } }, 1],
  ["$lt", { n: { $lt: 5 } }, 0],
  ["$lte", { n: { $lte: 5 } }, 1],
  ["$in", { list: { $in: [9, 2] } }, 1],
  ["$nin", { list: { $nin: [2] } }, 0],
  ["$and", { $and: [{ n: 5 }, { s: "abc" }] }, 1],
  ["$or", { $or: [{ n: 6 }, { s: "abc" }] }, 1],
  ["$nor", { $nor: [{ n: 5 }] }, 0],
  ["$not", { n: { $not: { $gt: 9 } } }, 1],
  ["$exists", { missing: { $exists: false } }, 1],
  ["$type", { n: { $type: "number" } }, 1],
  ["$expr", { $expr: { $eq: ["$n", { $size: "$list" }] } }, 0],
  ["$mod", { n: { $mod: [3, 2] } }, 1],
  ["$regex", { s: { $regex: "^A", $options: "i" } }, 1],
  ["$all", { list: { $all: [1, 3] } }, 1],
  ["$elemMatch", { docs: { $elemMatch: { k: { $gt: 1 } } } }, 1],
  ["$elemMatch on a reference", { docs: { $elemMatch: { $id: 1 } } }, 0],
  ["$size", { list: { $size: 3 } }, 1],
  ["$bitsAllSet", { n: { $bitsAllSet: 5 } }, REFUSED],
  ["$bitsAllClear", { n: { $bitsAllClear: 5 } }, REFUSED],
  ["$bitsAnySet", { n: { $bitsAnySet: [0] } }, REFUSED],
  ["$bitsAnyClear", { n: { $bitsAnyClear: 7 } }, REFUSED],
  ["$comment", { $comment: "why", n: 5 }, 1],
  ["$alwaysTrue", { $alwaysTrue: 1 }, REFUSED],
  ["$where", { $where: "true" }, REFUSED],
  ["$text", { $text: { $search: "a" } }, REFUSED],
  ["$jsonSchema", { $jsonSchema: {} }, REFUSED],
  ["$geoWithin", { o: { $geoWithin: {} } }, REFUSED],
  ["$geoIntersects", { o: { $geoIntersects: {} } }, REFUSED],
  ["$near", { o: { $near: [] } }, REFUSED],
  ["$nearSphere", { o: { $nearSphere: [] } }, REFUSED],
  ["regex option x", { s: { $regex: "a b", $options: "x" } }, REFUSED],
  ["regex flags inside", { s: { $regex: "(?i)ABC" } }, REFUSED],
  ["PCRE atomic group", { s: { $regex: "(?>a)" } }, REFUSED],
];

describe("query operators", () => {
  it.each(FILTERS)("%s", async (_name, filter, expected) => {
    if (expected === REFUSED) expect(await codeOf(() => one().find(filter).toArray())).toBe(238);
    else expect(await one().find(filter).toArray()).toHaveLength(Number(expected));
  });

  it("unknown ones are unknown", async () => {
    expect(
      await codeOf(() =>
        one()
          .find({ n: { $nonsense: 1 } })
          .toArray(),
      ),
    ).toBe(2);
    expect(await codeOf(() => one().find({ $nonsense: 1 }).toArray())).toBe(2);
  });
});

const UPDATES: [string, Document, Document, unknown][] = [
  ["$set", { a: 1 }, { $set: { "b.c": 2 } }, { a: 1, b: { c: 2 } }],
  ["$unset", { a: 1, b: 2 }, { $unset: { b: "" } }, { a: 1 }],
  ["$inc", { a: 1 }, { $inc: { a: 2, b: 1 } }, { a: 3, b: 1 }],
  ["$mul", { a: 3 }, { $mul: { a: 2, b: 5 } }, { a: 6, b: 0 }],
  ["$min", { a: 3 }, { $min: { a: 2 } }, { a: 2 }],
  ["$max", { a: 3 }, { $max: { a: 2 } }, { a: 3 }],
  ["$rename", { a: 1 }, { $rename: { a: "b" } }, { b: 1 }],
  ["$setOnInsert", { a: 1 }, { $setOnInsert: { b: 1 } }, { a: 1 }],
  ["$push", { l: [1] }, { $push: { l: { $each: [3, 2], $sort: -1, $slice: 2 } } }, { l: [3, 2] }],
  ["$push $position", { l: [1, 2] }, { $push: { l: { $each: [9], $position: 1 } } }, { l: [1, 9, 2] }],
  ["$addToSet", { l: [1] }, { $addToSet: { l: { $each: [1, 2, 2] } } }, { l: [1, 2] }],
  ["$pop", { l: [1, 2] }, { $pop: { l: -1 } }, { l: [2] }],
  ["$pull", { l: [1, 5, 9] }, { $pull: { l: { $gte: 5 } } }, { l: [1] }],
  ["$pullAll", { l: [1, 2, 1] }, { $pullAll: { l: [1] } }, { l: [2] }],
  ["$bit", { a: 5 }, { $bit: { a: { and: 4 } } }, 238],
  ["$[]", { l: [1, 2] }, { $inc: { "l.$[]": 1 } }, { l: [2, 3] }],
  [
    "$pull with $or",
    { l: [{ k: 1 }, { k: 2 }, 3] },
    { $pull: { l: { $or: [{ k: 1 }, { k: 9 }] } } },
    { l: [{ k: 2 }, 3] },
  ],
  ["$rename to an element of an array", { l: [1], a: 2 }, { $rename: { a: "l.0" } }, 238],
  ["a position without an array", { a: 1 }, { $set: { "$[].a": 1 } }, 2],
  ["top-level name with $", { a: 1 }, { $set: { $b: 1 } }, 52],
  ["$inc of text", { a: "x" }, { $inc: { a: 1 } }, 14],
  ["$set through a scalar", { a: 1 }, { $set: { "a.b": 1 } }, 28],
  ["$push to a scalar", { a: 1 }, { $push: { a: 1 } }, 2],
  ["conflicting paths", { a: 1 }, { $set: { a: 1 }, $inc: { "a.b": 1 } }, 40],
  ["change of _id", { a: 1 }, { $set: { _id: 2 } }, 66],
  ["unknown operator", { a: 1 }, { $nonsense: { a: 1 } }, 9],
  ["empty name", { a: 1 }, { $set: { "a..b": 1 } }, 56],
];

describe("update operators", () => {
  it("find positions in the document as it was, however many paths use them", async () => {
    const rows = db.client.db("walk").collection<Document>("updates");
    await rows.deleteMany({});
    await rows.insertOne({ l: [{ k: 1 }, { k: 2 }, { k: 2 }] });
    await rows.updateOne({ "l.k": 2 }, { $set: { "l.$.k": 5, "l.$.m": 6 } });
    await rows.updateOne({}, { $set: { "l.$[i].k": 7, "l.$[i].m": 8 } }, { arrayFilters: [{ "i.k": 2 }] });
    expect(await rows.findOne({}, { projection: { _id: 0 } })).toEqual({
      l: [{ k: 1 }, { k: 5, m: 6 }, { k: 7, m: 8 }],
    });
    const twice = { $set: { "l.$.k": 1, "l.1.k": 2 } };
    expect(await codeOf(() => rows.updateOne({ "l.k": 5 }, twice))).toBe(40);
  });

  it("an _id too long to be ordered by is refused, and found nowhere", async () => {
    const rows = db.client.db("walk").collection<{ _id: string; a?: number }>("long-ids");
    const [longest, tooLong] = ["x".repeat(477), "x".repeat(478)];
    await rows.insertOne({ _id: longest });
    expect(await codeOf(() => rows.insertOne({ _id: tooLong }))).toBe(238);
    const upsert = () => rows.updateOne({ _id: tooLong }, { $set: { a: 1 } }, { upsert: true });
    expect(await codeOf(upsert)).toBe(238);
    expect(await rows.findOne({ _id: tooLong })).toBeNull();
    expect(await rows.find({}, { sort: { _id: -1 } }).toArray()).toEqual([{ _id: longest }]);
  });

  it("an upsert may insert a top-level name with $", async () => {
    const rows = db.client.db("walk").collection<Document>("updates");
    await rows.updateOne({ _id: "dollar" as never }, { $set: { $b: 1 } }, { upsert: true });
    expect(await rows.findOne({ _id: "dollar" as never })).toEqual({ _id: "dollar", $b: 1 });
  });

  it.each(UPDATES)("%s", async (...[, before, update, expected]) => {
    const rows = db.client.db("walk").collection<Document>("updates");
    await rows.deleteMany({});
    await rows.insertOne({ ...before });
    const run = () => rows.updateOne({}, update as never);
    if (typeof expected === "number") expect(await codeOf(run)).toBe(expected);
    else {
      await run();
      expect(await rows.findOne({}, { projection: { _id: 0 } })).toEqual(expected);
    }
  });
});

const STAGES: [string, unknown][] = [
  ["$match", { n: 5 }],
  ["$project", { n: 1 }],
  ["$addFields", { a: 1 }],
  ["$set", { a: 1 }],
  ["$unset", "n"],
  ["$group", { _id: "$n", t: { $sum: 1 } }],
  ["$sort", { n: 1 }],
  ["$limit", 1],
  ["$skip", 0],
  ["$count", "c"],
  ["$unwind", "$list"],
  ["$lookup", { from: "one", localField: "n", foreignField: "n", as: "x" }],
  ["$facet", { a: [{ $limit: 1 }] }],
  ["$replaceRoot", { newRoot: "$o" }],
  ["$replaceWith", "$o"],
  ["$sortByCount", "$n"],
  ["$bucket", { groupBy: "$n", boundaries: [0, 10] }],
  ["$sample", { size: 1 }],
  ...[
    "$bucketAuto",
    "$changeStream",
    "$collStats",
    "$currentOp",
    "$densify",
    "$documents",
    "$fill",
    "$geoNear",
    "$graphLookup",
    "$indexStats",
    "$listSessions",
    "$merge",
    "$out",
    "$planCacheStats",
    "$redact",
    "$search",
    "$setWindowFields",
    "$unionWith",
    "$vectorSearch",
  ].map((name): [string, unknown] => [name, REFUSED]),
];

describe("stages", () => {
  it.each(STAGES)("%s", async (name, argument) => {
    const run = () =>
      db.client.db("walk").command({
        aggregate: "one",
        pipeline: [{ [name]: argument === REFUSED ? {} : argument }],
        cursor: {},
      });
    if (argument === REFUSED) expect(await codeOf(run)).toBe(238);
    else expect((await run()).cursor.firstBatch.length).toBeGreaterThan(0);
  });

  it.each([
    "$accumulator",
    "$bottom",
    "$bottomN",
    "$firstN",
    "$lastN",
    "$maxN",
    "$median",
    "$minN",
    "$percentile",
    "$stdDevPop",
    "$stdDevSamp",
    "$top",
    "$topN",
  ])("refuses the accumulator %s", async (name) => {
    expect(
      await codeOf(() =>
        one()
          .aggregate([{ $group: { _id: null, r: { [name]: "$n" } } }])
          .toArray(),
      ),
    ).toBe(15952);
  });

  it("unknown ones are unknown", async () => {
    expect(
      await codeOf(() =>
        one()
          .aggregate([{ $nonsense: {} }])
          .toArray(),
      ),
    ).toBe(40324);
  });
});

describe("commands and options", () => {
  it.each([
    "mapReduce",
    "geoSearch",
    "createUser",
    "usersInfo",
    "collMod",
    "convertToCapped",
    "cloneCollectionAsCapped",
    "renameCollection",
    "compact",
    "validate",
    "replSetGetStatus",
    "bulkWrite",
    "createSearchIndexes",
    "eval",
    "saslStart",
    "configureFailPoint",
    "killSessions",
    "refreshSessions",
  ])("%s is no command here", async (name) => {
    expect(await codeOf(() => db.client.db("walk").command({ [name]: 1 }))).toBe(59);
  });

  it.each([
    ["capped", { create: "x", capped: true, size: 1000 }],
    ["views", { create: "x", viewOn: "one" }],
    ["validators", { create: "x", validator: { n: 1 } }],
    ["time series", { create: "x", timeseries: { timeField: "t" } }],
    ["collation", { find: "one", collation: { locale: "zh" } }],
    ["tailable", { find: "one", tailable: true }],
    ["min", { find: "one", min: { n: 1 } }],
    ["snapshot reads outside transactions", { find: "one", readConcern: { level: "snapshot" } }],
    ["text indexes", { createIndexes: "one", indexes: [{ key: { s: "text" }, name: "t" }] }],
    ["2dsphere indexes", { createIndexes: "one", indexes: [{ key: { s: "2dsphere" }, name: "t" }] }],
    ["hashed indexes", { createIndexes: "one", indexes: [{ key: { s: "hashed" }, name: "t" }] }],
    ["wildcard indexes", { createIndexes: "one", indexes: [{ key: { "$**": 1 }, name: "t" }] }],
    ["hidden indexes", { createIndexes: "one", indexes: [{ key: { s: 1 }, name: "t", hidden: true }] }],
  ] as [string, Document][])("refuses %s", async (_name, command) => {
    expect(await codeOf(() => db.client.db("walk").command(command))).toBe(238);
  });

  it("refuses an unknown field of a statement and an unknown option of an index", async () => {
    expect(
      await codeOf(() =>
        db.client
          .db("walk")
          .command({ update: "one", updates: [{ q: {}, u: { $set: { a: 1 } }, nonsense: 1 }] }),
      ),
    ).toBe(40415);
    expect(
      await codeOf(() =>
        db.client
          .db("walk")
          .command({ createIndexes: "one", indexes: [{ key: { s: 1 }, name: "t", nonsense: 1 }] }),
      ),
    ).toBe(197);
  });

  it("leaves nothing behind of a refused create", async () => {
    expect(await db.client.db("walk").listCollections({ name: "x" }).toArray()).toEqual([]);
  });
});
