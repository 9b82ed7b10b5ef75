import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough, Writable } from "node:stream";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { dbCommand } from "../../src/cli/db.ts";
import { type EmbeddedDatabase, startEmbeddedDatabase } from "../../src/embedded-db/start.ts";

/** `xueshi db` on the folder of DATA_DIR, while the database there is served and written. */
const home = mkdtempSync(path.join(tmpdir(), "edb-cli-"));
const folder = (name: string) => path.join(home, name);
let server: EmbeddedDatabase;
let client: MongoClient;
beforeAll(async () => {
  server = await startEmbeddedDatabase({ dataDir: folder("data/database") });
  client = await new MongoClient(server.uri).connect();
  await client.db("x").collection("rows").createIndex({ n: 1 });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await client.close();
  await server.stop();
  rmSync(home, { recursive: true, force: true });
});

function collect(): Writable & { text: string } {
  const sink = Object.assign(new Writable({ write: (chunk, _encoding, done) => add(String(chunk), done) }), {
    text: "",
  });
  const add = (text: string, done: () => void): void => {
    sink.text += text;
    done();
  };
  return sink;
}

async function run(dataDir: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  vi.stubEnv("DATA_DIR", folder(dataDir));
  const io = { stdin: new PassThrough(), stdout: collect(), stderr: collect() };
  const code = await dbCommand(args, io);
  return { code, out: io.stdout.text, err: io.stderr.text };
}

/** Inserts one row after another until it is told to stop; how many were acknowledged before and in the end. */
function writer(): { acknowledged: () => number; stop: () => Promise<void> } {
  let [done, stopped] = [0, false];
  const writing = (async () => {
    for (; !stopped; done++) await client.db("x").collection("rows").insertOne({ n: done });
  })();
  return {
    acknowledged: () => done,
    stop: () => {
      stopped = true;
      return writing;
    },
  };
}

describe("xueshi db, while rows are being written", () => {
  it("backs up, verifies and exports what was acknowledged before; the backup is restored elsewhere", async () => {
    const rows = writer();
    await vi.waitUntil(() => rows.acknowledged() > 50, { timeout: 20_000 });
    const before = rows.acknowledged();
    expect(await run("data", "backup", folder("copy"))).toMatchObject({ code: 0, err: "" });
    const verified = await run("data", "verify");
    expect(verified).toMatchObject({ code: 0, err: "" });
    expect(Number(/x\.rows: (\d+) documents/.exec(verified.out)?.[1])).toBeGreaterThanOrEqual(before);
    const exported = await run("data", "export", folder("export"));
    expect(Number(/x\.rows: (\d+)/.exec(exported.out)?.[1])).toBeGreaterThanOrEqual(before);
    expect(readdirSync(folder("export/x")).sort()).toEqual(["rows.bson", "rows.metadata.json"]);
    await rows.stop();
    expect(await run("other", "restore", folder("copy"))).toMatchObject({ code: 0, err: "" });
    const restored = await run("other", "verify");
    expect(restored.code).toBe(0);
    expect(Number(/x\.rows: (\d+) documents/.exec(restored.out)?.[1])).toBeGreaterThanOrEqual(before);
  });

  it("sees each row as soon as it was acknowledged", async () => {
    const rows = client.db("x").collection("rows");
    const before = await rows.countDocuments();
    for (let n = 1; n <= 10; n++) {
      await rows.insertOne({ n: -n });
      const { out } = await run("data", "verify");
      expect(out).toContain(`x.rows: ${before + n} documents`);
    }
  });

  it("exits 1 with a sentence where it must not go on, and changes nothing", async () => {
    expect(await run("data", "restore", folder("copy"))).toMatchObject({
      code: 1,
      err: expect.stringContaining("in use by process"),
    });
    expect(await run("other", "restore", folder("copy"))).toMatchObject({
      code: 1,
      err: expect.stringContaining("nothing is overwritten"),
    });
    expect(await run("data", "backup", folder("copy"))).toMatchObject({
      code: 1,
      err: expect.stringContaining("holds a database already"),
    });
    expect(await run("nowhere", "verify")).toMatchObject({
      code: 1,
      err: expect.stringContaining("there is no database in"),
    });
    expect(await run("third", "restore", folder("data/database"))).toMatchObject({
      code: 1,
      err: expect.stringContaining("is the folder of a database at work"),
    });
    writeFileSync(folder("text"), "");
    expect(await run("text", "verify")).toMatchObject({ code: 1 });
  });

  it("exits 2 on a wrong call, 0 when help is asked for", async () => {
    for (const args of [[], ["backup"], ["paint", "x"], ["verify", "x"], ["export", "a", "b"]])
      expect(await run("data", ...args)).toMatchObject({ code: 2, out: "" });
    expect(await run("data", "--help")).toMatchObject({ code: 0, err: "" });
  });
});
