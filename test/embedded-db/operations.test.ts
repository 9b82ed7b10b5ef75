import { readFileSync } from "node:fs";
import path from "node:path";
import { BSON, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportDatabase } from "../../src/embedded-db/operations/export.ts";
import { backup, restore } from "../../src/embedded-db/operations/files.ts";
import { verify } from "../../src/embedded-db/operations/verify.ts";
import { startEmbeddedDatabase } from "../../src/embedded-db/start.ts";
import { startTestDatabase, type TestDatabase } from "./support.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase();
  const people = db.client.db("x").collection("people");
  await people.createIndexes([
    { key: { tags: 1 } },
    { key: { name: 1, n: -1 }, unique: true },
    { key: { n: 1 }, partialFilterExpression: { n: { $gt: 5 } } },
  ]);
  await people.insertMany(
    Array.from({ length: 3000 }, (_, i) => ({ name: `p${i}`, n: i % 10, tags: [`t${i % 7}`, `u${i % 3}`] })),
  );
  await people.updateMany({ n: 3 }, { $set: { n: 30 }, $pull: { tags: "u1" as never } });
  await people.deleteMany({ n: 4 });
});
afterAll(() => db.close());

describe("operations on a database that is being served", () => {
  it("verify finds indexes, documents and counters in agreement", async () => {
    const [report] = await verify(db.folder);
    expect(report).toMatchObject({ namespace: "x.people", documents: 2700, problems: [] });
    expect(report?.indexEntries).toBeGreaterThan(2700 * 2);
  });

  it("backup copies one consistent state that can be restored and served", async () => {
    const stop = { done: false };
    const writer = (async () => {
      const rows = db.client.db("x").collection("pairs");
      for (let i = 0; !stop.done; i++) {
        await db.client.withSession((session) =>
          session.withTransaction(async () => {
            await rows.insertOne({ i, side: "a" }, { session });
            await rows.insertOne({ i, side: "b" }, { session });
          }),
        );
      }
    })();
    const copy = path.join(db.folder, "copy");
    expect(await backup(db.folder, copy)).toBeGreaterThan(100_000);
    stop.done = true;
    await writer;
    await expect(backup(db.folder, copy)).rejects.toThrow("already");
    const restored = path.join(db.folder, "restored");
    await restore(copy, restored);
    await expect(restore(copy, restored)).rejects.toThrow("nothing is overwritten");
    expect((await verify(restored)).flatMap(({ problems }) => problems)).toEqual([]);
    const server = await startEmbeddedDatabase({ dataDir: restored, port: 0 });
    const client = await new MongoClient(server.uri).connect();
    expect(await client.db("x").collection("people").countDocuments({ tags: "t1" })).toBe(
      await db.client.db("x").collection("people").countDocuments({ tags: "t1" }),
    );
    expect((await client.db("x").collection("pairs").countDocuments()) % 2).toBe(0);
    await client.close();
    await server.stop();
  });

  it("export writes what mongorestore reads", async () => {
    const target = path.join(db.folder, "export");
    const written = await exportDatabase(db.folder, target);
    expect(written.get("x.people")).toBe(2700);
    const bytes = readFileSync(path.join(target, "x", "people.bson"));
    let [at, count] = [0, 0];
    for (; at < bytes.length; count++) {
      const size = bytes.readInt32LE(at);
      expect(BSON.deserialize(bytes.subarray(at, at + size))).toHaveProperty("name");
      at += size;
    }
    expect([at, count]).toEqual([bytes.length, 2700]);
    const metadata = BSON.EJSON.parse(readFileSync(path.join(target, "x", "people.metadata.json"), "utf8"));
    expect(metadata.indexes.map((index: { name: string }) => index.name)).toEqual([
      "_id_",
      "tags_1",
      "name_1_n_-1",
      "n_1",
    ]);
  });
});

describe("the address", () => {
  it("is refused unless it is this machine's own", async () => {
    const { spawnSync } = await import("node:child_process");
    const main = path.resolve(import.meta.dirname, "../../src/embedded-db/main.ts");
    const run = spawnSync(
      process.execPath,
      ["--import", "tsx", main, "--data", path.join(db.folder, "h"), "--host", "0.0.0.0"],
      { encoding: "utf8" },
    );
    expect(run.status).toBe(1);
    expect(run.stdout).toContain("refusing to listen on 0.0.0.0");
  });
});
