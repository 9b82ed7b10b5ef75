import { type Document, Long, MongoServerError } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMAND_FIELDS, NESTED_FIELDS } from "../../src/embedded-db/commands/fields.ts";
import { startTestDatabase, type TestDatabase } from "./support.ts";

/** Every command refuses fields that MongoDB does not know either, and those that this database leaves out. */
let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase({ retryWrites: false });
  await db.client
    .db("fields")
    .collection("one")
    .insertOne({ _id: 1 as never, n: 5 });
});
afterAll(() => db.close());

const session = { id: "" };
/** Each command as a client would send it; written down apart from the server's table. */
const COMMANDS: Record<string, Document> = {
  find: { find: "one" },
  getMore: { getMore: Long.fromNumber(1), collection: "one" },
  killCursors: { killCursors: "one", cursors: [] },
  insert: { insert: "other", documents: [{}] },
  update: { update: "one", updates: [{ q: { _id: 9 }, u: { $set: { a: 1 } } }] },
  delete: { delete: "one", deletes: [{ q: { _id: 9 }, limit: 1 }] },
  findAndModify: { findAndModify: "one", query: { _id: 9 }, remove: true },
  findandmodify: { findandmodify: "one", query: { _id: 9 }, remove: true },
  count: { count: "one" },
  distinct: { distinct: "one", key: "n" },
  aggregate: { aggregate: "one", pipeline: [], cursor: {} },
  explain: { explain: { find: "one" }, verbosity: "queryPlanner" },
  create: { create: "made" },
  drop: { drop: "absent" },
  dropDatabase: { dropDatabase: 1 },
  createIndexes: { createIndexes: "one", indexes: [{ key: { n: 1 }, name: "n_1" }] },
  listIndexes: { listIndexes: "one" },
  dropIndexes: { dropIndexes: "one", index: "n_1" },
  listCollections: { listCollections: 1 },
  listDatabases: { listDatabases: 1 },
  collStats: { collStats: "one" },
  dbStats: { dbStats: 1 },
  commitTransaction: { commitTransaction: 1 },
  abortTransaction: { abortTransaction: 1 },
  endSessions: { endSessions: [session] },
  killAllSessions: { killAllSessions: [] },
};

async function errorOf(command: Document): Promise<MongoServerError | null> {
  try {
    await db.client.db("fields").command(command);
    return null;
  } catch (error) {
    if (error instanceof MongoServerError) return error;
    throw error;
  }
}

describe("unknown and left-out fields", () => {
  it("the table names every command of this walk and no other", () => {
    const walked = Object.keys(COMMANDS).filter((name) => name !== "findandmodify");
    expect([...COMMAND_FIELDS.keys()].sort()).toEqual(walked.sort());
  });

  it.each(Object.entries(COMMANDS))("%s refuses an unknown field", async (name, command) => {
    const error = await errorOf({ ...command, nonsense: 1 });
    const shown = name === "findandmodify" ? "findAndModify" : name;
    expect(error?.code).toBe(40415);
    expect(error?.message).toBe(`BSON field '${shown}.nonsense' is an unknown field.`);
  });

  it.each(
    [...COMMAND_FIELDS].flatMap(([name, fields]) =>
      [...fields].filter(([, { refused }]) => refused).map(([field]) => [name, field] as const),
    ),
  )("%s refuses %s", async (name, field) => {
    expect((await errorOf({ ...COMMANDS[name], [field]: { a: 1 } }))?.code).toBe(238);
  });

  it.each(["ordered", "let", "bypassDocumentValidation"])("writes know %s", async (field) => {
    const value = field === "let" ? { a: 1 } : true;
    for (const name of ["insert", "update", "delete"])
      expect(await errorOf({ ...COMMANDS[name], [field]: value })).toBeNull();
  });

  it.each([
    ["hello", { hello: 1 }],
    ["isMaster", { isMaster: 1 }],
    ["ping", { ping: 1 }],
    ["buildInfo", { buildInfo: 1 }],
    ["serverStatus", { serverStatus: 1 }],
  ] as [string, Document][])("%s takes any field, as in MongoDB", async (_name, command) => {
    expect(await errorOf({ ...command, nonsense: 1 })).toBeNull();
  });

  it.each([
    ["update.updates", { update: "one", updates: [{ q: {}, u: { $set: { a: 1 } }, nonsense: 1 }] }],
    ["delete.deletes", { delete: "one", deletes: [{ q: {}, limit: 1, nonsense: 1 }] }],
    ["readConcern", { find: "one", readConcern: { level: "local", nonsense: 1 } }],
    ["writeConcern", { insert: "one", documents: [{}], writeConcern: { w: 1, nonsense: 1 } }],
    ["cursor", { aggregate: "one", pipeline: [], cursor: { nonsense: 1 } }],
  ] as [string, Document][])("%s refuses an unknown field", async (path, command) => {
    expect(NESTED_FIELDS.get(path)?.size).toBeGreaterThan(0);
    const error = await errorOf(command);
    expect(error?.message ?? "").toContain(`${path}.nonsense' is an unknown field`);
    expect(error?.code).toBe(40415);
  });

  it.each([
    ["a document that is none", { find: "one", filter: "x" }, 14],
    ["a bool that is none", { insert: "one", documents: [{}], ordered: 0 }, 14],
    ["variables that are no document", { find: "one", let: 5 }, 14],
    ["a collation that is no document", { count: "one", collation: "zh" }, 14],
    ["statements that are no array", { update: "one", updates: { q: {}, u: { $set: { a: 1 } } } }, 14],
    ["a flag of a statement", { update: "one", updates: [{ q: {}, u: { $set: { a: 1 } }, multi: 1 }] }, 14],
    ["a delete without a query", { delete: "one", deletes: [{ limit: 0 }] }, 40414],
    ["a delete with null for a query", { delete: "one", deletes: [{ q: null, limit: 0 }] }, 40414],
    ["a delete without a limit", { delete: "one", deletes: [{ q: {} }] }, 40414],
    ["a delete of two", { delete: "one", deletes: [{ q: {}, limit: 2 }] }, 9],
    ["an update without an update", { update: "one", updates: [{ q: {} }] }, 40414],
    ["an update by null", { update: "one", updates: [{ q: {}, u: null }] }, 9],
    ["no pipeline", { aggregate: "one", cursor: {} }, 40414],
    ["a time that is none", { find: "one", maxTimeMS: "1" }, 14],
    ["a negative time", { find: "one", maxTimeMS: -1 }, 2],
    ["a time for a batch", { getMore: Long.fromNumber(1), collection: "one", maxTimeMS: 5 }, 2],
    ["a cursor that is no long", { getMore: "1", collection: "one" }, 14],
    ["autocommit without a number", { find: "one", autocommit: false }, 72],
    ["a start without autocommit", { find: "one", txnNumber: Long.ONE, startTransaction: true }, 72],
    ["autocommit: true", { find: "one", txnNumber: Long.ONE, autocommit: true }, 72],
    [
      "a start that is none",
      { find: "one", txnNumber: Long.ONE, autocommit: false, startTransaction: false },
      72,
    ],
    ["an unknown command explained", { explain: { nonsense: 1 } }, 59],
    ["a write explained", { explain: COMMANDS.delete }, 238],
  ] as [string, Document, number][])("refuses %s", async (_name, command, code) => {
    try {
      const reply = await db.client.db("fields").command(command);
      expect(reply.writeErrors?.[0].code).toBe(code);
    } catch (error) {
      expect((error as MongoServerError).code).toBe(code);
    }
  });

  it("refuses to retry a write of many documents", async () => {
    const session = db.client.startSession();
    const retry = (command: Document, txnNumber: number) =>
      db.client.db("fields").command({ ...command, txnNumber: Long.fromNumber(txnNumber) }, { session });
    const all = { q: {}, u: { $set: { n: 0 } }, multi: true };
    expect((await retry({ update: "one", updates: [all] }, 1)).writeErrors[0].code).toBe(72);
    expect((await retry({ delete: "one", deletes: [{ q: {}, limit: 0 }] }, 2)).writeErrors[0].code).toBe(72);
    await session.endSession();
  });

  it("explain knows the variables of what it explains", async () => {
    const filter = { $expr: { $eq: ["$n", "$$five"] } };
    const find = { find: "one", filter, let: { five: 5 } };
    const plan = await db.client.db("fields").command({ explain: find, verbosity: "executionStats" });
    expect(plan.executionStats.nReturned).toBe(1);
  });

  it("checks what explain explains", async () => {
    expect((await errorOf({ explain: { find: "one", nonsense: 1 } }))?.code).toBe(40415);
    expect((await errorOf({ explain: { find: "one", collation: { locale: "zh" } } }))?.code).toBe(238);
  });

  it("refuses a write concern that nobody defined", async () => {
    expect((await errorOf({ insert: "one", documents: [{}], writeConcern: { w: "many" } }))?.code).toBe(79);
  });

  it("wrote nothing in all these refusals", async () => {
    expect(await db.client.db("fields").collection("one").find().toArray()).toEqual([{ _id: 1, n: 5 }]);
  });
});
