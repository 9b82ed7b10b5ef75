import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Document, MongoClient } from "mongodb";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { type Listening, startServer } from "../../src/embedded-db/server.ts";

/** Transactions whose client does not come back, on a server whose clock this test moves. */
let folder: string;
let server: Listening;
let client: MongoClient;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "edb-abandoned-"));
});
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval"] });
  server = await startServer({ dataDir: folder, socketPath: null, port: 0, failPoints: false });
  client = await new MongoClient(server.uri).connect();
  await client.db("x").collection<Document>("rows").deleteMany({});
  await client
    .db("x")
    .collection<Document>("rows")
    .insertOne({ _id: 1 as never, v: 0 });
});
afterEach(async () => {
  vi.useRealTimers();
  await client.close();
  await server.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A transaction that has changed the row, and is then left alone. */
async function abandoned() {
  const rows = client.db("x").collection<Document>("rows");
  const session = client.startSession();
  session.startTransaction();
  await rows.updateOne({ _id: 1 as never }, { $set: { v: 1 } }, { session });
  return { rows, session };
}

it("expire after a minute: who waited for the document goes on, and nothing of them is left", async () => {
  const { rows, session } = await abandoned();
  let waited = true;
  const waiting = rows.updateOne({ _id: 1 as never }, { $inc: { v: 10 } }).then(() => {
    waited = false;
  });
  vi.advanceTimersByTime(55_000);
  await rows.findOne();
  expect(waited).toBe(true);
  vi.advanceTimersByTime(10_000);
  await waiting;
  expect(await rows.findOne()).toEqual({ _id: 1, v: 10 });
  await expect(rows.findOne({}, { session })).rejects.toMatchObject({
    code: 251,
    errorLabels: expect.arrayContaining(["TransientTransactionError"]),
  });
  await session.endSession();
});

it("end at once with their session", async () => {
  const { rows, session } = await abandoned();
  await session.endSession();
  expect(await rows.updateOne({ _id: 1 as never }, { $inc: { v: 10 } })).toMatchObject({ modifiedCount: 1 });
  expect(await rows.findOne()).toEqual({ _id: 1, v: 10 });
});
