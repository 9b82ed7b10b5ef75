import { spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { backup, restore } from "../../src/embedded-db/operations/files.ts";
import { verify } from "../../src/embedded-db/operations/verify.ts";
import { Log, readLog } from "../../src/embedded-db/storage/log.ts";
import { Store } from "../../src/embedded-db/storage/store.ts";
import { WriteSet } from "../../src/embedded-db/storage/write-set.ts";

/** The write-ahead log: what was acknowledged survives a power cut, and damage is told from what a power cut leaves. */
const PAGE = 4096;
const RECORDS_AT = 2 * PAGE;
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function scratch(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "edb-log-"));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const dataOf = (folder: string) => path.join(folder, "data.lmdb");
const logOf = (folder: string) => path.join(folder, "data.log");

/** What a store must hold, key by key. */
type Model = Map<string, string>;

function setOf(changes: Iterable<[string, string | null]>): WriteSet {
  const set = new WriteSet();
  for (const [key, value] of changes) set.put("docs", key, value === null ? null : Buffer.from(value));
  return set;
}

function contentOf(store: Store): Model {
  const snapshot = store.snapshot();
  const range = { space: "docs" as const, low: Buffer.from("k"), high: Buffer.from("l"), reverse: false };
  const entries = store.read(range, 1_000_000, snapshot);
  store.release(snapshot);
  return new Map(entries.map(({ key, value }) => [key.toString(), value.toString()]));
}

/** Opens a folder, looks at what it holds, and shows that it can be written. */
async function reopened(folder: string): Promise<Model> {
  const store = new Store(folder);
  const content = contentOf(store);
  await store.commit(setOf([["z", "written again"]]));
  await store.close();
  return content;
}

const KEYS = 400;
const random = (below: number) => Math.floor(Math.random() * below);

/** A random change of some keys; now and then one too large for the log. */
function randomChanges(step: number): Map<string, string | null> {
  const size = step % 97 === 96 ? 300 : 1 + random(5);
  return new Map(
    Array.from({ length: size }, () => [
      `k${random(KEYS)}`,
      random(5) === 0 ? null : `${step} ${"x".repeat(random(900))}`,
    ]),
  );
}

function apply(model: Model, changes: Map<string, string | null>): void {
  for (const [key, value] of changes) {
    if (value === null) model.delete(key);
    else model.set(key, value);
  }
}

/** A file after a power cut: each page as it was at the last wait for the disk, or as it was written since. */
function mixed(before: Buffer, after: Buffer): Buffer {
  const file = Buffer.from(after);
  for (let at = 0; at < file.length; at += PAGE) {
    if (random(2) === 0) file.fill(0, at, at + PAGE).set(before.subarray(at, at + PAGE), at);
  }
  return file;
}

/** The folder of a process that was killed: copies of its files as they are. */
function copyOf(folder: string): string {
  const copy = path.join(scratch(), "copy");
  cpSync(folder, copy, { recursive: true, filter: (file) => !file.endsWith("-lock") });
  return copy;
}

describe("a power cut", () => {
  it("loses nothing acknowledged, whichever pages since the last checkpoint reached the data file", async () => {
    const folder = scratch();
    const store = new Store(folder);
    const model: Model = new Map();
    let checkpoint = -1;
    let synced = Buffer.alloc(0);
    let cuts = 0;
    let unlogged = 0;
    for (let step = 0; step < 600; step++) {
      const changes = randomChanges(step);
      await store.commit(setOf(changes));
      apply(model, changes);
      const log = readLog(folder);
      if (log?.checkpoint.number !== checkpoint) {
        checkpoint = log?.checkpoint.number ?? -1;
        synced = readFileSync(dataOf(folder));
      }
      if (random(15) > 0) continue;
      const copy = copyOf(folder);
      writeFileSync(dataOf(copy), mixed(synced, readFileSync(dataOf(folder))));
      expect(await reopened(copy)).toEqual(model);
      cuts++;
      if (log?.records.length === 0) unlogged++;
    }
    expect(cuts).toBeGreaterThan(20);
    expect(unlogged).toBeLessThan(cuts / 2);
    expect(checkpoint).toBeGreaterThan(5);
    await store.close();
    expect(await reopened(folder)).toEqual(model);
  }, 240_000);

  it("loses nothing when the data file has nothing at all of what came after the last checkpoint", async () => {
    const folder = scratch();
    const first = new Store(folder);
    await first.commit(setOf([["k1", "old"]]));
    await first.close();
    const store = new Store(folder);
    const synced = readFileSync(dataOf(folder));
    await store.commit(setOf([["k1", "new"]]));
    await store.commit(setOf([["k2", "new"]]));
    await store.commit(setOf([["k1", null]]));
    const copy = copyOf(folder);
    writeFileSync(dataOf(copy), synced);
    expect(await reopened(copy)).toEqual(new Map([["k2", "new"]]));
    await store.close();
  });

  it("may come again while the log is being taken over", async () => {
    const { folder, model } = await killed();
    const [data, log] = [readFileSync(dataOf(folder)), readFileSync(logOf(folder))];
    const store = new Store(folder);
    const half = mixed(data, readFileSync(dataOf(folder)));
    await store.close();
    writeFileSync(dataOf(folder), half);
    writeFileSync(logOf(folder), log);
    expect(await reopened(folder)).toEqual(model);
  });
});

/** A folder whose process was killed after some sets that someone has read, each a record of its own; the last one covers several pages. */
async function killed(): Promise<{ folder: string; model: Model; beforeLast: Model }> {
  const folder = scratch();
  const store = new Store(folder);
  const model: Model = new Map();
  let beforeLast: Model = new Map();
  for (let step = 0; step < 10; step++) {
    beforeLast = new Map(model);
    const changes = new Map([[`k${step}`, `${step}`.repeat(step === 9 ? 10_000 : 10)]]);
    await store.commit(setOf(changes));
    apply(model, changes);
  }
  expect(contentOf(store)).toEqual(model);
  const copy = copyOf(folder);
  await store.close();
  return { folder: copy, model, beforeLast };
}

/** Changes a log, and expects a clear refusal that leaves both files as they are. */
function expectRefused(folder: string, damage: (log: Buffer) => void, message: RegExp): void {
  const log = readFileSync(logOf(folder));
  damage(log);
  writeFileSync(logOf(folder), log);
  const data = readFileSync(dataOf(folder));
  expect(() => new Store(folder)).toThrow(message);
  expect(readFileSync(logOf(folder)).equals(log)).toBe(true);
  expect(readFileSync(dataOf(folder)).equals(data)).toBe(true);
}

describe("a killed process", () => {
  it("leaves what the next one, or an operation that reads the folder, takes over", async () => {
    const { folder, model } = await killed();
    expect(readLog(folder)?.records).toHaveLength(10);
    expect(await verify(folder)).toEqual([]);
    expect(readLog(folder)).toMatchObject({ checkpoint: { clean: true }, records: [] });
    expect(await reopened(folder)).toEqual(model);
  });

  it("right after it acknowledged: LMDB may lack that, the log has it", async () => {
    const folder = scratch();
    const store = new Store(folder);
    const model: Model = new Map();
    for (let step = 0; step < 30; step++) {
      const changes = new Map([
        [`k${step}`, `${step}`],
        [`k${step - 3}`, null],
      ]);
      await store.commit(setOf(changes));
      apply(model, changes);
    }
    const [withLog, without] = [copyOf(folder), copyOf(folder)];
    await store.close();
    rmSync(logOf(without));
    expect((await reopened(without)).has("k29")).toBe(false);
    expect(await reopened(withLog)).toEqual(model);
  });

  it("a backup of its folder, and a restored one, have it too", async () => {
    const { folder, model } = await killed();
    const target = path.join(scratch(), "backup");
    await backup(folder, target);
    expect(readdirSync(target)).not.toContain("data.log");
    const restored = path.join(scratch(), "restored");
    await restore(target, restored);
    expect(await reopened(restored)).toEqual(model);
  });

  it("what another process reads is not written over by the next one", async () => {
    const { folder, model } = await killed();
    const reader = spawn(process.execPath, ["--input-type=module", "-e", READER, dataOf(folder)], {
      cwd: import.meta.dirname,
      stdio: ["pipe", "pipe", "inherit"],
    });
    undo.push(() => reader.kill());
    const said = (): Promise<string> => new Promise((r) => reader.stdout.once("data", (d) => r(String(d))));
    expect(await said()).toBe("10");
    const store = new Store(folder);
    expect(contentOf(store)).toEqual(model);
    for (let step = 0; step < 300; step++)
      await store.commit(setOf([[`k${step % 10}`, `${step}`.repeat(500)]]));
    reader.stdin.end("again");
    expect(await said()).toBe(JSON.stringify([...model.values()]));
    await store.close();
  });
});

/** Holds a snapshot of a file, and tells what it holds when it is asked. */
const READER = `
import { open } from "lmdb";
const root = open({ path: process.argv[1], readOnly: true, maxDbs: 4 });
const docs = root.openDB({ name: "docs", encoding: "binary", keyEncoding: "binary" });
const transaction = docs.useReadTransaction();
const range = { start: Buffer.from("k"), end: Buffer.from("l"), transaction };
const values = () => [...docs.getRange(range)].map(({ value }) => value.toString());
process.stdout.write(String(values().length));
process.stdin.once("data", () => process.stdout.write(JSON.stringify(values()), () => process.exit(0)));
`;

describe("the end of the log", () => {
  it("torn in the middle of a record: what was acknowledged before it is there", async () => {
    const { folder, beforeLast } = await killed();
    const log = readFileSync(logOf(folder));
    log.fill(0, RECORDS_AT + 10 * PAGE, RECORDS_AT + 11 * PAGE);
    writeFileSync(logOf(folder), log);
    expect(await reopened(folder)).toEqual(beforeLast);
  });

  it("torn in its first page: likewise", async () => {
    const { folder, beforeLast } = await killed();
    const log = readFileSync(logOf(folder));
    log.fill(255, RECORDS_AT + 9 * PAGE, RECORDS_AT + 9 * PAGE + 512);
    writeFileSync(logOf(folder), log);
    expect(await reopened(folder)).toEqual(beforeLast);
  });

  it("a torn header: the one before it counts", async () => {
    const { folder, model } = await killed();
    const log = readFileSync(logOf(folder));
    const other = readLog(folder)?.checkpoint.number === 1 ? 0 : PAGE;
    log.fill(255, other, other + 100);
    writeFileSync(logOf(folder), log);
    expect(await reopened(folder)).toEqual(model);
  });
});

describe("a damaged log", () => {
  it("a record in the middle: refused with its number, and nothing is changed", async () => {
    const { folder } = await killed();
    const damage = (log: Buffer) =>
      log.writeUInt8(log.readUInt8(RECORDS_AT + 4 * PAGE + 60) ^ 1, RECORDS_AT + 4 * PAGE + 60);
    expectRefused(folder, damage, /the log file .* is damaged \(record 5 is lost, .*restore a backup/);
    await expect(verify(folder)).rejects.toThrow(/record 5 is lost/);
  });

  it("the first record: likewise", async () => {
    const { folder } = await killed();
    expectRefused(folder, (log) => log.fill(0, RECORDS_AT, RECORDS_AT + PAGE), /record 1 is lost/);
  });

  it("no header: refused", async () => {
    const { folder } = await killed();
    expectRefused(folder, (log) => log.fill(0, 0, RECORDS_AT), /is damaged \(no valid header\)/);
  });

  it("the newest header after sets that rely on it: refused", async () => {
    const folder = scratch();
    const store = new Store(folder);
    await store.commit(setOf([["k1", "x".repeat(100_000)]]));
    await store.commit(setOf([["k1", "last"]]));
    const copy = copyOf(folder);
    await store.close();
    const newest = ((readLog(copy)?.checkpoint.number ?? 0) % 2) * PAGE;
    expectRefused(copy, (log) => log.fill(0, newest, newest + PAGE), /its newest header is lost/);
  });

  it("cut short: refused", async () => {
    const { folder } = await killed();
    const log = readFileSync(logOf(folder)).subarray(0, 20 * PAGE);
    writeFileSync(logOf(folder), log);
    expect(() => new Store(folder)).toThrow(/is damaged \(of another size/);
    expect(readFileSync(logOf(folder)).equals(log)).toBe(true);
  });

  it("beside an older data file, or none: refused", async () => {
    const older = path.join(scratch(), "older");
    await new Store(older).close();
    const { folder } = await killed();
    const store = new Store(folder);
    await store.commit(setOf([["k1", "once more"]]));
    const copy = copyOf(folder);
    await store.close();
    copyFileSync(dataOf(older), dataOf(copy));
    expectRefused(copy, () => {}, /the log file .* belongs to another data file; move it away/);
    rmSync(dataOf(copy));
    expect(() => new Store(copy)).toThrow(/its data file is missing; restore a backup/);
    await expect(restore(older, copy)).rejects.toThrow(/nothing is overwritten/);
  });
});

describe("a folder without a log", () => {
  it("whose process was killed, but not its machine: the data file has it all", async () => {
    const { folder, model } = await killed();
    rmSync(logOf(folder));
    expect(await reopened(folder)).toEqual(model);
  });

  it("as former versions left it: opens as it is, and has one from then on", async () => {
    const { folder, model } = await killed();
    await reopened(folder);
    rmSync(logOf(folder));
    expect(await reopened(folder)).toEqual(model);
    expect(readLog(folder)?.checkpoint.clean).toBe(true);
  });
});

describe("a set that LMDB has not taken yet", () => {
  it("is what everybody reads, whichever way", async () => {
    const folder = scratch();
    const store = new Store(folder);
    await store.commit(setOf([["k1", "old"]]));
    const before = store.snapshot();
    const changed = setOf([
      ["k1", null],
      ["k2", "new"],
    ]);
    await store.commit(changed);
    changed.clear();
    expect([store.get("docs", "k1"), store.get("docs", "k2")?.toString()]).toEqual([undefined, "new"]);
    expect(store.get("docs", "k1", before)?.toString()).toBe("old");
    expect(store.version).toBeGreaterThan(before.version);
    store.release(before);
    await store.commit(setOf([["k3", "newer"]]));
    expect(store.get("docs", "k3")?.toString()).toBe("newer");
    await store.commit(setOf([["k4", "newest"]]));
    const content = new Map([
      ["k2", "new"],
      ["k3", "newer"],
      ["k4", "newest"],
    ]); // prettier-ignore
    expect(contentOf(store)).toEqual(content);
    await store.commit(setOf([["k5", "copied"]]));
    const target = path.join(scratch(), "backup");
    mkdirSync(target);
    await store.backup(target);
    await store.commit(setOf([["k6", "x".repeat(100_000)]]));
    await store.close();
    expect(await reopened(target)).toEqual(new Map(content).set("k5", "copied"));
    expect((await reopened(folder)).size).toBe(5);
  });

  it("is taken in a moment though nobody reads", async () => {
    const folder = scratch();
    const store = new Store(folder);
    await store.commit(setOf([["k1", "new"]]));
    await wait(100);
    const copy = copyOf(folder);
    rmSync(logOf(copy));
    expect(await reopened(copy)).toEqual(new Map([["k1", "new"]]));
    await store.close();
  });

  it("and cannot take: reads and writes are refused, and the next start has it", async () => {
    const folder = scratch();
    await new Store(folder).close();
    const store = new Store(folder);
    await store.commit(setOf([["k1", "taken"]]));
    expect(store.version).toBe(1);
    await store.commit(setOf([["k2", "acknowledged"]]));
    store.root.transactionSync = () => {
      throw new Error("Input/output error");
    };
    for (let n = 0; n < 2; n++) expect(() => store.snapshot()).toThrow(/the disk refused a write .*restart/);
    expect(() => store.get("docs", "k1")).toThrow(/restart the database/);
    await expect(store.commit(setOf([["k3", "refused"]]))).rejects.toThrow(/restart the database/);
    await store.close();
    expect(await reopened(folder)).toEqual(
      new Map([
        ["k1", "taken"],
        ["k2", "acknowledged"],
      ]),
    );
  });
});

describe("a set whose wait for the log failed", () => {
  it("was refused, and is not there after a restart", async () => {
    const folder = scratch();
    const store = new Store(folder);
    await store.commit(setOf([["k1", "acknowledged"]]));
    const sync = vi.spyOn(Log.prototype, "syncNow").mockImplementationOnce(() => {
      throw new Error("EIO: i/o error");
    });
    await expect(store.commit(setOf([["k2", "refused"]]))).rejects.toThrow(/refused a write \(EIO/);
    sync.mockRestore();
    expect(contentOf(store)).toEqual(new Map([["k1", "acknowledged"]]));
    await store.close();
    expect(await reopened(folder)).toEqual(new Map([["k1", "acknowledged"]]));
  });

  it("likewise a large one, whose checkpoint is taken back", async () => {
    const folder = scratch();
    const store = new Store(folder);
    await store.commit(setOf([["k1", "acknowledged"]]));
    const sync = vi.spyOn(Log.prototype, "sync").mockRejectedValueOnce(new Error("EIO: i/o error"));
    const refused = store.commit(setOf([["k2", "x".repeat(100_000)]]));
    await expect(refused).rejects.toThrow(/refused a write \(EIO/);
    sync.mockRestore();
    const copy = copyOf(folder);
    await store.close();
    for (const one of [copy, folder]) expect(await reopened(one)).toEqual(new Map([["k1", "acknowledged"]]));
  });
});

describe("a store that is being closed", () => {
  it("has what was on its way, and refuses what comes then", async () => {
    const folder = scratch();
    const store = new Store(folder);
    const before = store.commit(setOf([["k1", "in time"]]));
    const closed = store.close();
    await before;
    await closed;
    await expect(store.commit(setOf([["k2", "late"]]))).rejects.toThrow(/shutting down/);
    expect(readLog(folder)?.checkpoint.clean).toBe(true);
    expect(await reopened(folder)).toEqual(new Map([["k1", "in time"]]));
  });
});

describe("a full disk", () => {
  const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

  /** Runs a program that opens a folder, with files of this many KiB at most. */
  function limited(
    program: string,
    dataDir: string,
    size: number,
  ): { status: number | null; stdout: string; stderr: string } {
    const script = path.resolve(import.meta.dirname, program);
    const start = [process.execPath, "--import", TSX, script, dataDir];
    return spawnSync("bash", ["-c", `ulimit -f ${size} && exec "$@"`, "bash", ...start], {
      encoding: "utf8",
      timeout: 20_000,
    });
  }

  it("when the log is made: a clear error, and the next start makes it", async (context) => {
    context.skip(process.platform === "win32", "there is no ulimit on Windows");
    const dataDir = path.join(scratch(), "data");
    mkdirSync(dataDir);
    const run = limited("full-log.ts", dataDir, 512);
    expect(run.status).not.toBe(0);
    expect(run.stderr).toMatch(/no room for the log file .*data\.log/);
    expect(readdirSync(dataDir).filter((file) => file.startsWith("data.log"))).toEqual([]);
    expect(await reopened(dataDir)).toEqual(new Map());
  });

  it("when the log is written: OutOfDiskSpace, reads go on, and what was acknowledged stays", async (context) => {
    context.skip(process.platform === "win32", "there is no ulimit on Windows");
    const dataDir = path.join(scratch(), "data");
    mkdirSync(dataDir);
    await new Store(dataDir).close();
    const run = limited("full-log.ts", dataDir, 256);
    expect(run.stderr).toBe("");
    const { acknowledged, held, code } = JSON.parse(run.stdout) as Record<string, unknown>;
    expect(acknowledged).toMatch(/^\d+-14$/);
    expect([held, code]).toEqual([acknowledged, 14031]);
    const content = await reopened(dataDir);
    expect(content.get("k")?.replace(/\.+$/, "")).toBe(acknowledged);
  });

  it("when the data file has to grow: the same, though LMDB takes small sets after they were acknowledged", async (context) => {
    context.skip(process.platform === "win32", "there is no ulimit on Windows");
    const dataDir = path.join(scratch(), "data");
    mkdirSync(dataDir);
    const run = limited("full-file.ts", dataDir, 4096);
    // LMDB itself says so of a write that begins right at the limit.
    expect(run.stderr.replace(/^Write error: File too large.*\n?/, "")).toBe("");
    const { acknowledged, held, code } = JSON.parse(run.stdout) as Record<string, number>;
    expect(acknowledged).toBeGreaterThan(500);
    expect([held, code]).toEqual([acknowledged, 14031]);
    expect((await reopened(dataDir)).size).toBe(acknowledged);
  });
});
