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
