import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { type Collection, MongoClient, MongoServerError } from "mongodb";
import { afterEach, describe, expect, it, type TestContext } from "vitest";
import { verify } from "../../src/embedded-db/operations/verify.ts";
import { startEmbeddedDatabase } from "../../src/embedded-db/start.ts";
import { lockFolder } from "../../src/embedded-db/storage/folder.ts";
import { Store } from "../../src/embedded-db/storage/store.ts";

/** Disks that are full or refuse to be written, and folders that cannot be one: clear errors, nothing destroyed. */
const MAIN = path.resolve(import.meta.dirname, "../../src/embedded-db/main.ts");
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function scratch(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "edb-disk-"));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const args = (dataDir: string) => ["--import", TSX, MAIN, "--data", dataDir, "--port", "0"];

/** Starts it as a program that must fail; what it said and how it ended. */
function failing(dataDir: string): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, args(dataDir), {
    encoding: "utf8",
    timeout: 20_000,
  });
  return { status, stderr };
}

async function connect(child: ChildProcess): Promise<MongoClient> {
  undo.push(() => end(child));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once("line", resolve);
    child.once("exit", () => reject(new Error("it ended before it was ready")));
  });
  const client = await new MongoClient((JSON.parse(line) as { uri: string }).uri).connect();
  undo.push(() => client.close());
  return client;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await gone;
}

interface Row {
  _id: number;
  text: string;
}

/** Several clients write until the disk refuses; returns what was acknowledged and the errors they got. */
async function writeUntilRefused(rows: Collection<Row>): Promise<{ done: Set<number>; errors: unknown[] }> {
  const done = new Set<number>();
  const errors: unknown[] = [];
  let next = 0;
  const client = async () => {
    for (;;) {
      const id = next++;
      if (id > 5000) return;
      try {
        await rows.insertOne({ _id: id, text: "x".repeat(20_000) });
        done.add(id);
      } catch (error) {
        errors.push(error);
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, client));
  return { done, errors };
}

const codes = (errors: unknown[]) => errors.map((error) => error instanceof MongoServerError && error.code);

/** Fills the disk under a served folder and looks at everything that must hold then and after a restart. */
async function fillAndRecover(child: ChildProcess, dataDir: string): Promise<void> {
  const client = await connect(child);
  const rows = client.db("x").collection<Row>("rows");
  await rows.createIndex({ text: 1 });
  const { done, errors } = await writeUntilRefused(rows);
  expect(done.size).toBeGreaterThan(10);
  expect(codes(errors)).toEqual([14031, 14031, 14031, 14031]);
  expect(String(errors[0])).toMatch(/the disk is full .*; free space and restart the database/);
  expect(await rows.countDocuments()).toBe(done.size);
  expect(await rows.estimatedDocumentCount()).toBe(done.size);
  await expect(rows.updateOne({ _id: 0 }, { $set: { text: "y" } })).rejects.toMatchObject({ code: 14031 });
  expect((await rows.findOne({ _id: 0 }))?.text).toHaveLength(20_000);
  await client.close();
  await end(child);
  await looksWhole(dataDir, done);
}

/** Restarted with room, exactly the acknowledged documents are there, and writing goes on. */
async function looksWhole(dataDir: string, done: Set<number>): Promise<void> {
  expect((await verify(dataDir)).flatMap(({ problems }) => problems)).toEqual([]);
  const server = await startEmbeddedDatabase({ dataDir, port: 0 });
  const client = await new MongoClient(server.uri).connect();
  const rows = client.db("x").collection<Row>("rows");
  const ids = await rows.find({}, { projection: { _id: 1 } }).toArray();
  expect(new Set(ids.map(({ _id }) => _id))).toEqual(done);
  await rows.insertOne({ _id: 100_000, text: "again" });
  await client.close();
  await server.stop();
}

/** Mounts something, or skips the test where that is not allowed. */
function mount(context: TestContext, ...what: string[]): string {
  const folder = scratch();
  const run = spawnSync("mount", [...what, folder], { encoding: "utf8" });
  context.skip(run.status !== 0, `mount is not allowed here: ${run.error?.message ?? run.stderr.trim()}`);
  undo.push(() => spawnSync("umount", [folder]));
  return folder;
}

describe("a full disk", () => {
  it("is answered with OutOfDiskSpace and survived (limit on the size of a file)", async (context) => {
    context.skip(process.platform === "win32", "there is no ulimit on Windows");
    const dataDir = path.join(scratch(), "data");
    const limited = ["-c", 'ulimit -f 8192 && exec "$@"', "sh", process.execPath, ...args(dataDir)];
    await fillAndRecover(spawn("sh", limited, { stdio: ["pipe", "pipe", "ignore"] }), dataDir);
  });

  it("is answered with OutOfDiskSpace and survived (a file system of 4 MiB)", async (context) => {
    const disk = mount(context, "-t", "tmpfs", "-o", "size=4m", "tmpfs");
    const dataDir = path.join(disk, "data");
    const child = spawn(process.execPath, args(dataDir), { stdio: ["pipe", "pipe", "ignore"] });
    undo.push(() => spawnSync("mount", ["-o", "remount,size=64m", disk]));
    const makeRoom = () => spawnSync("mount", ["-o", "remount,size=64m", disk]);
    child.once("exit", makeRoom);
    await fillAndRecover(child, dataDir);
  });
});

describe("a set that the disk refused", () => {
  it("lets none reach the disk that came after it: a set may build on what it would have written", (context) => {
    context.skip(process.platform === "win32", "there is no ulimit on Windows");
    const dataDir = scratch();
    const program = path.resolve(import.meta.dirname, "late-sets.ts");
    const run = spawnSync(
      "sh",
      ["-c", 'ulimit -f 8192 && exec "$@"', "sh", process.execPath, "--import", TSX, program, dataDir],
      { encoding: "utf8", timeout: 20_000 },
    );
    expect(run).toMatchObject({ status: 0, stdout: '["first"]' });
    const store = new Store(dataDir);
    const names = ["first", "large", ...Array.from({ length: 40 }, (_, n) => `late${n}`)];
    expect(names.filter((name) => store.get("docs", `${name}-0`))).toEqual(["first"]);
    return store.close();
  });
});

describe("a folder that cannot be used", () => {
  it("a file in its place, or on the way to it: refused, and the file is left as it is", () => {
    const file = path.join(scratch(), "file");
    writeFileSync(file, "mine");
    for (const dataDir of [file, path.join(file, "below")]) {
      const { status, stderr } = failing(dataDir);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^embedded-db: the data folder .* cannot be used \((EEXIST|ENOTDIR)/m);
    }
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  it("one whose lock file a power cut left empty: used, but not while another may be writing it", () => {
    const folder = scratch();
    const file = path.join(folder, "process.lock");
    writeFileSync(file, "");
    expect(() => lockFolder(folder)).toThrow(/is in use by process unknown/);
    const before = Date.now() / 1000 - 60;
    utimesSync(file, before, before);
    lockFolder(folder).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("one that may not be written: refused (modes)", (context) => {
    context.skip(process.getuid?.() === 0 || process.platform === "win32", "modes do not bind this user");
    const folder = scratch();
    chmodSync(folder, 0o500);
    expect(failing(folder)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/cannot be used \(EACCES/),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("one that may not be written: refused (read-only file system)", (context) => {
    const source = scratch();
    mkdirSync(path.join(source, "data"));
    const folder = mount(context, "--bind", source);
    const sealed = spawnSync("mount", ["-o", "remount,ro,bind", folder], { encoding: "utf8" });
    context.skip(sealed.status !== 0, `a read-only mount is not allowed here: ${sealed.stderr}`);
    const { status, stderr } = failing(path.join(folder, "data"));
    expect(status).toBe(1);
    expect(stderr).toMatch(/cannot be used \(EROFS/);
    expect(readdirSync(path.join(source, "data"))).toEqual([]);
  });
});

describe("a damaged file", () => {
  async function filled(): Promise<{ dataDir: string; file: string }> {
    const dataDir = path.join(scratch(), "data");
    const server = await startEmbeddedDatabase({ dataDir, port: 0 });
    const client = await new MongoClient(server.uri).connect();
    const many = Array.from({ length: 2000 }, (_, n) => ({ n, text: "x".repeat(200) }));
    await client.db("x").collection("rows").createIndex({ n: 1 });
    await client.db("x").collection("rows").insertMany(many);
    await client.close();
    await server.stop();
    return { dataDir, file: path.join(dataDir, "data.lmdb") };
  }

  it.each([
    ["all pages behind the header lost", (bytes: Buffer) => bytes.fill(0, 2 * 4096)],
    ["the first pages lost", (bytes: Buffer) => bytes.fill(0, 0, 3 * 4096)],
    ["cut short", (bytes: Buffer) => bytes.subarray(0, 5 * 4096)],
    ["text in its place", () => Buffer.from("no database at all\n".repeat(1000))],
  ])(
    "%s: refused with what to do, and left as it is",
    async (_name, damage) => {
      const { dataDir, file } = await filled();
      const damaged = damage(readFileSync(file));
      writeFileSync(file, damaged);
      const { status, stderr } = failing(dataDir);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^embedded-db: the data file .* is damaged \(.*; restore a backup$/m);
      expect(readFileSync(file).equals(damaged)).toBe(true);
      await expect(verify(dataDir)).rejects.toThrow(/damaged/);
    },
    30_000,
  );

  it("a second process is refused and the first goes on", async () => {
    const { dataDir, file } = await filled();
    const server = await startEmbeddedDatabase({ dataDir, port: 0 });
    const { status, stderr } = failing(dataDir);
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`is in use by process ${server.pid}`));
    const client = await new MongoClient(server.uri).connect();
    await client.db("x").collection("rows").insertOne({ n: -1 });
    expect(await client.db("x").collection("rows").countDocuments()).toBe(2001);
    await client.close();
    await server.stop();
    expect(readFileSync(file).length).toBeGreaterThan(4096);
  }, 30_000);
});
