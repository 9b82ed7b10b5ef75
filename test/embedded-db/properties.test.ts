import fc from "fast-check";
import {
  BSON,
  Binary,
  BSONRegExp,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from "mongodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { decodeDoc } from "../../src/embedded-db/bson/decode.ts";
import { encodeDoc, identicalValues } from "../../src/embedded-db/bson/encode.ts";
import { compareValues, encodeValue, equalValues, valueKey } from "../../src/embedded-db/bson/key.ts";
import { arithmetic, divide } from "../../src/embedded-db/bson/numbers.ts";
import type { Numeric, Value } from "../../src/embedded-db/bson/values.ts";
import { startTestDatabase, type TestDatabase } from "./support.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase();
});
afterAll(() => db.close());

/** Too long for an index: what differs lies behind the cut. */
const long = "x".repeat(2000);
/** Close to the longest that is taken. */
const longId = "x".repeat(470);
const scalar = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((n) => new Int32(n)),
  fc.constantFrom(0, -1.5, 2.5, 3, Number.NaN).map((n) => new Double(n)),
  fc.constantFrom("-3", "2", "9007199254740993", "-9223372036854775808").map((n) => Long.fromString(n)),
  fc
    .constantFrom("2", "2.5", "0.1", "-3.00", "9007199254740993.5", "NaN")
    .map((n) => Decimal128.fromString(n)),
  fc.constantFrom("", "a", "ab", "学", "\u{20000}", "\uffee", long, `${long}a`),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(0, 1, -5000).map((ms) => new Date(ms)),
  fc.constantFrom("0".repeat(24), "f".repeat(24)).map((hex) => new ObjectId(hex)),
  fc
    .tuple(fc.constantFrom("", "a", "b", "ab"), fc.constantFrom(0, 4, 128))
    .map(([text, subtype]) => new Binary(Buffer.from(subtype === 4 ? text.padEnd(16) : text), subtype)),
  fc.constantFrom(0, 1, 2).map((i) => new Timestamp({ t: 5, i })),
  fc.constantFrom(new MinKey(), new MaxKey()),
);
/** What a document may hold and a filter does not compare with: there, a regular expression is a pattern. */
const stored = fc.oneof(
  { weight: 9, arbitrary: scalar },
  fc.constantFrom("a", "b").map((pattern) => new BSONRegExp(pattern, "i")),
);
const value = fc.oneof(
  { weight: 5, arbitrary: stored },
  fc.array(stored, { maxLength: 3 }),
  fc.record({ x: stored, y: stored }, { requiredKeys: [] }),
  fc.record({ y: stored, x: fc.record({ x: stored }) }, { requiredKeys: [] }),
);
// Only one field of a compound index may hold arrays (error 171 otherwise), so b holds none.
const doc = fc.record({ a: value, b: stored }, { requiredKeys: [] });
const operator = fc.oneof(
  fc
    .tuple(fc.constantFrom("$eq", "$gt", "$gte", "$lt", "$lte", "$ne"), scalar)
    .map(([name, operand]) => ({ [name]: operand })),
  fc.array(scalar, { minLength: 1, maxLength: 3 }).map((list) => ({ $in: list })),
  fc.tuple(scalar, scalar).map(([low, high]) => ({ $gte: low, $lt: high })),
  fc.boolean().map((exists) => ({ $exists: exists })),
);
const filter = fc.oneof(
  operator.map((a) => ({ a })),
  fc.tuple(operator, operator).map(([a, b]) => ({ a, b })),
  fc.tuple(operator, operator).map(([a, b]) => ({ $or: [{ a }, { b }] })),
  operator.map((x) => ({ "a.x": x })),
  fc.record({ x: scalar, y: scalar }).map((a) => ({ a })),
  fc.constantFrom(/^a/, /b/i).map((a) => ({ a })),
  fc.tuple(scalar, operator).map(([a, b]) => ({ a, b })),
);

/** Numbers where doubles, longs and decimals meet: neighbours, extremes, what only one of them holds. */
const number = fc.oneof(
  fc.double().map((n) => new Double(n)),
  fc.integer().map((n) => new Int32(n)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => Long.fromBigInt(n)),
  fc.constantFrom("9007199254740992", "9007199254740993", "-9007199254740993").map((n) => Long.fromString(n)),
  fc
    .constantFrom(2 ** 53, -(2 ** 53), 2 ** 63, 0.1, 5e-324, 1e308, -0, 1 / 0, -1 / 0)
    .map((n) => new Double(n)),
  fc
    .tuple(
      fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }),
      fc.integer({ min: -6176, max: 6111 }),
    )
    .map(([digits, exponent]) => Decimal128.fromString(`${digits}E${exponent}`)),
  fc
    .constantFrom("0.1000000000000000055511151231257827", "0.10", "1E-400", "-1E400", "Infinity", "-Infinity")
    .map((n) => Decimal128.fromString(n)),
);
const anything = fc.oneof(value, number, fc.array(number, { maxLength: 2 }), fc.record({ x: number }));

/** A value as the server holds it. */
function held(one: unknown): Value {
  return decodeDoc(Buffer.from(BSON.serialize({ one }))).get("one") as Value;
}

it("values read from BSON are written as the same bytes", () => {
  fc.assert(
    fc.property(fc.record({ a: anything, b: anything, c: anything }), (one) => {
      const bytes = Buffer.from(BSON.serialize(one));
      expect(encodeDoc(decodeDoc(bytes))).toEqual(bytes);
    }),
    { numRuns: 2000 },
  );
});

it("values compare as their keys do, in one total order, and identical ones are equal", () => {
  fc.assert(
    fc.property(anything, anything, anything, (x, y, z) => {
      const [a, b, c] = [held(x), held(y), held(z)];
      const order = Math.sign(compareValues(a, b));
      expect(order).toBe(Buffer.compare(encodeValue(a), encodeValue(b)));
      expect(order).toBe(0 - Math.sign(compareValues(b, a)));
      expect(order).toBe(0 - Buffer.compare(encodeValue(a, true), encodeValue(b, true)));
      if (order <= 0 && compareValues(b, c) <= 0) expect(compareValues(a, c)).toBeLessThanOrEqual(0);
      expect(valueKey(a) === valueKey(b)).toBe(equalValues(a, b));
      if (identicalValues(a, b)) expect(order).toBe(0);
      const same = encodeDoc(new Map([["", a]])).equals(encodeDoc(new Map([["", b]])));
      expect(identicalValues(a, b)).toBe(same);
      expect(identicalValues(a, held(x))).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

it("numbers of different types compare by their exact value", () => {
  const ordered = [
    new Double(Number.NaN),
    new Double(-1 / 0),
    Decimal128.fromString("-1E400"),
    new Double(-1e308),
    Long.fromString("-9007199254740993"),
    new Double(-(2 ** 53)),
    Decimal128.fromString("-1E-400"),
    new Int32(0),
    Decimal128.fromString("1E-400"),
    new Double(5e-324),
    Decimal128.fromString("0.1"),
    new Double(0.1),
    Decimal128.fromString("0.11"),
    new Double(2 ** 53),
    Long.fromString("9007199254740993"),
    Decimal128.fromString("9007199254740993.5"),
    Long.fromString("9223372036854775807"),
    new Double(2 ** 63),
    Decimal128.fromString("1E400"),
    Decimal128.fromString("Infinity"),
  ].map(held);
  for (const [i, a] of ordered.entries())
    for (const [j, b] of ordered.entries()) expect(Math.sign(compareValues(a, b))).toBe(Math.sign(i - j));
});

it("decimals round half to even, to zero below the smallest and to infinity above the largest", () => {
  const results: [string, "add" | "subtract" | "multiply" | "divide", string, string][] = [
    ["0.1", "add", "0.2", "0.3"],
    ["1.20", "multiply", "3", "3.60"],
    ["1234567890123456789012345678901234", "add", "0.5", "1234567890123456789012345678901234"],
    ["1234567890123456789012345678901235", "add", "0.5", "1234567890123456789012345678901236"],
    ["-1234567890123456789012345678901235", "subtract", "0.5", "-1234567890123456789012345678901236"],
    ["1", "divide", "3", "0.3333333333333333333333333333333333"],
    ["2", "divide", "-3", "-0.6666666666666666666666666666666667"],
    ["6", "divide", "3", "2"],
    ["1", "divide", "1E-400", "1E+400"],
    ["1E-6176", "divide", "2", "0E-6176"],
    ["-9E6144", "multiply", "10", "-Infinity"],
    ["1E400", "subtract", "Infinity", "-Infinity"],
  ];
  for (const [a, operation, b, expected] of results) {
    const operands = [a, b].map((text) => held(Decimal128.fromString(text))) as [Numeric, Numeric];
    const result = operation === "divide" ? divide(...operands) : arithmetic(operation, operands);
    expect(String(result)).toBe(expected);
  }
});

it("an index finds, counts and orders exactly what a full scan does", async () => {
  const rows = db.client.db("prop").collection<Document>("indexed");
  await rows.createIndexes([
    { key: { a: 1, b: -1 } },
    { key: { b: 1 }, sparse: true },
    { key: { "a.x": -1 } },
  ]);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(doc, { minLength: 1, maxLength: 25 }),
      fc.array(filter, { minLength: 4, maxLength: 8 }),
      async (docs, filters) => {
        run++;
        await rows.deleteMany({});
        await rows.insertMany(
          docs.map((one, i) => ({ _id: `${run}-${String(i).padStart(3, "0")}` as never, ...one })),
        );
        for (const one of filters) {
          const ids = async (options: Document) =>
            (await rows.find(one, options).project({ _id: 1 }).toArray())
              .map(({ _id }) => String(_id))
              .sort();
          const scanned = await ids({ hint: { $natural: 1 } });
          expect(await ids({})).toEqual(scanned);
          expect(await rows.countDocuments(one)).toBe(scanned.length);
          const sorted = async (options: Document) =>
            (
              await rows
                .find(one, { ...options, sort: { a: 1, b: -1, _id: 1 } })
                .project({ _id: 1 })
                .toArray()
            ).map(({ _id }) => String(_id));
          expect(await sorted({})).toEqual(await sorted({ hint: { $natural: 1 } }));
        }
      },
    ),
    { numRuns: 25 },
  );
});

/** What a document sorts by: null for a missing value, of an array the smallest or the largest element. */
function sortedBy(value: unknown, direction: number): unknown {
  if (!Array.isArray(value)) return value ?? null;
  const items = value.map((item) => held(item)).sort(compareValues);
  return items.length === 0 ? [] : items.at(direction > 0 ? 0 : -1);
}

/** Hides what a filter says from the planner: it scans the whole collection. */
const opaque = (one: Document): Document => ({ $nor: [{ $nor: [one] }] });

it("every kind of index and order agrees with a full scan and a sort", async () => {
  const few = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 3 }) },
    fc.constantFrom<unknown>(null, "a", "ab", "b", long, `${long}a`, `${long}b`),
  );
  const list = fc.oneof({ weight: 6, arbitrary: few }, fc.array(few, { maxLength: 2 }));
  const plainRow = fc.record({ a: few, b: few, c: few }, { requiredKeys: [] });
  const anyRow = fc.record({ a: few, b: list, c: few }, { requiredKeys: [] });
  const ids = fc.oneof(
    fc.integer({ min: 0, max: 40 }),
    fc.tuple(fc.constantFrom("a", longId), fc.integer({ min: 0, max: 9 })).map(([text, n]) => n + text),
  );
  const rowsOf = (row: fc.Arbitrary<Document>) =>
    fc
      .uniqueArray(ids, { minLength: 1, maxLength: 30 })
      .chain((list) => fc.tuple(...list.map((_id) => row.map((one) => ({ _id, ...one })))));
  const directions = fc
    .shuffledSubarray(["a", "b", "c"], { minLength: 1 })
    .chain((fields) =>
      fc.tuple(...fields.map((field) => fc.constantFrom(1, -1).map((sign) => [field, sign] as const))),
    )
    .map((fields) => Object.fromEntries(fields));
  const options = fc.constantFrom<Document>(
    {},
    {},
    { sparse: true },
    { partialFilterExpression: { c: { $gte: 1 } } },
    { partialFilterExpression: { a: { $exists: true } } },
  );
  const some = fc.uniqueArray(few, { minLength: 1, maxLength: 4 }).map((list) => ({ $in: list }));
  const test = fc.oneof(
    few,
    some,
    fc.tuple(fc.constantFrom("$gt", "$gte", "$lt", "$lte"), few).map(([name, it]) => ({ [name]: it })),
    fc.tuple(few, few).map(([low, high]) => ({ $gt: low, $lte: high })),
    fc.constantFrom(/^a/, /^ab?/, { $exists: true }, { $exists: false }),
  );
  const idTest = fc.oneof(
    ids,
    fc.array(ids, { maxLength: 4 }).map((list) => ({ $in: list })),
    fc.tuple(ids, ids).map(([low, high]) => ({ $gte: low, $lt: high })),
  );
  const conditions = fc.record({ a: test, b: test, c: test, _id: idTest }, { requiredKeys: [] });
  const filters = fc.oneof(
    { weight: 4, arbitrary: conditions },
    fc.tuple(conditions, conditions).map(([one, two]) => ({ $or: [one, two] })),
    fc.tuple(conditions, conditions).map(([one, two]) => ({ $and: [one, two] })),
    { weight: 3, arbitrary: fc.record({ a: some, b: some, c: test }, { requiredKeys: ["a"] }) },
  );
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(rowsOf(plainRow), rowsOf(anyRow)),
      fc.uniqueArray(fc.tuple(directions, options), {
        minLength: 1,
        maxLength: 3,
        selector: ([key]) => JSON.stringify(key),
      }),
      fc.array(fc.tuple(filters, fc.oneof(directions, fc.constantFrom({}, { _id: -1 as const }))), {
        minLength: 12,
        maxLength: 12,
      }),
      async (docs, indexes, queries) => {
        const rows = db.client.db("prop").collection<Document>(`kinds${run++}`);
        await rows.createIndexes(indexes.map(([key, more], i) => ({ key, name: `index${i}`, ...more })));
        await rows.insertMany(docs as never);
        // Those that hold every document, whether the planner would choose them or not.
        const whole = indexes.flatMap(([, more], i) => (Object.keys(more).length === 0 ? [`index${i}`] : []));
        for (const [filter, order] of queries) {
          const found = (one: Document, limit: number) =>
            rows.find(one as never, { sort: { ...order, _id: 1, ...order }, limit }).toArray();
          const scanned = await found(opaque(filter), 0);
          expect(await found(filter, 0)).toEqual(scanned);
          expect(await found(filter, 3)).toEqual(scanned.slice(0, 3));
          expect(await rows.countDocuments(filter as never)).toBe(scanned.length);
          // Equal ones may come in any order.
          const orderOnly = async (one: Document, hint?: string) => {
            const sorted = await rows
              .find(one as never, { sort: order as never, ...(hint && { hint }) })
              .toArray();
            return sorted.map((row) =>
              Object.entries(order).map(([path, sign]) => sortedBy(row[path], sign)),
            );
          };
          const expected = await orderOnly(opaque(filter));
          expect(await orderOnly(filter)).toEqual(expected);
          for (const hint of whole) expect(await orderOnly(filter, hint)).toEqual(expected);
        }
        await rows.drop();
      },
    ),
    { numRuns: 10 },
  );
});

it("more values than ranges can be merged for are sorted all the same", async () => {
  const rows = db.client.db("prop").collection<Document>("many");
  await rows.createIndex({ a: 1, b: 1 });
  await rows.insertMany(Array.from({ length: 1000 }, (_, i) => ({ a: i % 500, b: (i * 7919) % 1000 })));
  for (const length of [60, 100, 500]) {
    const values = Array.from({ length }, (_, a) => a);
    const found = await rows.find({ a: { $in: values } }, { sort: { b: 1 } }).toArray();
    const expected = [...Array(1000).keys()].filter((i) => i % 500 < length).map((i) => (i * 7919) % 1000);
    expect(found.map(({ b }) => b)).toEqual(expected.sort((x, y) => x - y));
  }
});

it("an index gives an order only by fields that its ranges leave free to come in it", async () => {
  const rows = db.client.db("prop").collection<Document>("free");
  await rows.createIndexes([{ key: { a: 1, b: 1 } }, { key: { c: 1, list: 1, b: 1 } }]);
  await rows.insertMany([
    ...[1, 2, 1, 2].map((b, i) => ({ a: i >> 1, b, c: 0, list: 0 })),
    { c: 1, list: [1, 3], b: 9 },
    { c: 1, list: 3, b: 2 },
  ]);
  const order = async (one: Document, hint: string) =>
    (await rows.find(one, { sort: { b: 1 }, hint }).toArray()).map(({ b }) => b);
  expect(await order({ a: { $in: [0, 1] }, b: { $in: [1, 2] } }, "a_1_b_1")).toEqual([1, 1, 2, 2]);
  expect(await order({ c: 1, b: { $gt: 0 }, list: 3 }, "c_1_list_1_b_1")).toEqual([2, 9]);
  const behind = rows.find({ c: { $gt: 0 }, list: 3 }, { sort: { c: 1, b: 1 }, hint: "c_1_list_1_b_1" });
  expect((await behind.toArray()).map(({ b }) => b)).toEqual([2, 9]);
});

it("updates end where a plain model ends, and indexes follow", async () => {
  const rows = db.client.db("prop").collection<Document>("updated");
  await rows.createIndex({ n: 1 });
  const step = fc.oneof(
    fc
      .integer({ min: -5, max: 5 })
      .map((by) => ({ update: { $inc: { n: by } }, model: (one: Document) => ({ ...one, n: one.n + by }) })),
    fc.integer({ min: 0, max: 9 }).map((item) => ({
      update: { $push: { list: item } },
      model: (one: Document) => ({ ...one, list: [...one.list, item] }),
    })),
    fc.integer({ min: 0, max: 9 }).map((item) => ({
      update: { $pull: { list: item } },
      model: (one: Document) => ({ ...one, list: one.list.filter((x: number) => x !== item) }),
    })),
    fc.integer({ min: 0, max: 9 }).map((item) => ({
      update: { $addToSet: { list: item } },
      model: (one: Document) => ({
        ...one,
        list: one.list.includes(item) ? one.list : [...one.list, item],
      }),
    })),
    fc.integer({ min: 0, max: 9 }).map((item) => ({
      update: { $max: { top: item } },
      model: (one: Document) => ({ ...one, top: Math.max(one.top, item) }),
    })),
    fc.integer({ min: -2, max: 3 }).map((by) => ({
      update: { $mul: { n: by } },
      model: (one: Document) => ({ ...one, n: one.n * by + 0 }),
    })),
    fc.constantFrom(1 as const, -1 as const).map((end) => ({
      update: { $pop: { list: end } },
      model: (one: Document) => ({ ...one, list: end === 1 ? one.list.slice(0, -1) : one.list.slice(1) }),
    })),
    fc.integer({ min: 0, max: 9 }).map((item) => ({
      update: { $push: { list: { $each: [item, item + 1], $position: 1, $sort: -1 as const, $slice: 4 } } },
      model: (one: Document) => ({
        ...one,
        list: [...one.list, item, item + 1].sort((a, b) => b - a).slice(0, 4),
      }),
    })),
    fc.constantFrom("a", "b").map((name) => ({
      update: { $set: { [`deep.${name}.x`]: name } },
      model: ({ deep, ...one }: Document) => ({ ...one, deep: { ...deep, [name]: { x: name } } }),
    })),
    fc.constantFrom("a", "b").map((name) => ({
      update: { $unset: { [`deep.${name}`]: "" } },
      model: ({ deep, ...one }: Document) => {
        const { [name]: _gone, ...left } = deep ?? {};
        return deep === undefined ? one : { ...one, deep: left };
      },
    })),
  );
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const _id = `r${++run}` as never;
      let model: Document = { _id, n: 0, list: [], top: 0 };
      await rows.insertOne({ ...model });
      for (const { update, model: next } of steps) {
        await rows.updateOne({ _id }, update as never);
        model = next(model);
      }
      expect(await rows.findOne({ _id })).toEqual(model);
      expect(await rows.find({ n: model.n, _id }, { hint: "n_1" }).toArray()).toHaveLength(1);
    }),
    { numRuns: 30 },
  );
});
