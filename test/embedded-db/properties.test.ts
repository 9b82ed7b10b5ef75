import fc from "fast-check";
import {
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
import { startTestDatabase, type TestDatabase } from "./support.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase();
});
afterAll(() => db.close());

const scalar = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((n) => new Int32(n)),
  fc.constantFrom(0, -1.5, 2.5, 3, Number.NaN).map((n) => new Double(n)),
  fc.constantFrom("-3", "2", "9007199254740993", "-9223372036854775808").map((n) => Long.fromString(n)),
  fc
    .constantFrom("2", "2.5", "0.1", "-3.00", "9007199254740993.5", "NaN")
    .map((n) => Decimal128.fromString(n)),
  fc.constantFrom("", "a", "ab", "学", "\u{20000}", "\uffee"),
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
