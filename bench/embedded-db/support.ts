import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Database, open, type RootDatabase } from "lmdb";
import { MongoClient } from "mongodb";
import type * as Start from "../../src/embedded-db/start.ts";

export interface BenchDatabase {
  client: MongoClient;
  folder: string;
  pid: number;
  close(): Promise<void>;
}

/**
 * Compiles the sources as they stand and starts them as they are shipped: under the TypeScript loader each command
 * takes some 40 µs more.
 */
async function compiledStart(): Promise<typeof Start.startEmbeddedDatabase> {
  const modules = path.resolve(import.meta.dirname, "../../node_modules");
  const folder = path.join(modules, ".cache/xueshi/bench");
  rmSync(folder, { recursive: true, force: true });
  const args = ["-p", "tsconfig.build.json", "--outDir", folder];
  spawnSync(path.join(modules, ".bin/tsc"), args, { cwd: path.dirname(modules), stdio: "inherit" });
  const url = pathToFileURL(path.join(folder, "embedded-db/start.js")).href;
  const start = (await import(url)) as typeof Start;
  return start.startEmbeddedDatabase;
}

export const startEmbeddedDatabase = await compiledStart();

export async function startBench(): Promise<BenchDatabase> {
  const folder = mkdtempSync(path.join(tmpdir(), "edb-bench-"));
  const server = await startEmbeddedDatabase({ dataDir: folder });
  const client = await new MongoClient(server.uri, { maxPoolSize: 64 }).connect();
  return {
    client,
    folder,
    pid: server.pid,
    async close() {
      await client.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Calls a second of one caller, over about this many seconds. */
export async function ratePerSecond(
  action: (i: number) => Promise<unknown>,
  seconds = 2,
  callers = 1,
): Promise<number> {
  let done = 0;
  const end = performance.now() + seconds * 1000;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < end) await action(done++);
    }),
  );
  return done / seconds;
}

const VALUE = Buffer.alloc(300, 7);

function keyOf(i: number): Buffer {
  const key = Buffer.alloc(8);
  key.writeBigUInt64BE(BigInt(i));
  return key;
}

export interface Bare {
  /** One entry, durably, into a file of nothing else. */
  commit(): Promise<unknown>;
  /** The same of what an insert has to store: document, index entry, count and retry record, beside `size` others. */
  insert(): Promise<unknown>;
  close(): Promise<void>;
}

/** Bare LMDB files on the same disk. */
export async function openBare(size: number): Promise<Bare> {
  const folder = mkdtempSync(path.join(tmpdir(), "edb-bare-"));
  const options = { overlappingSync: false, encoding: "binary", keyEncoding: "binary" } as const;
  const [one, several] = ["one", "several"].map((name) =>
    open<Buffer, Buffer>({ path: path.join(folder, `${name}.lmdb`), ...options }),
  ) as [RootDatabase<Buffer, Buffer>, RootDatabase<Buffer, Buffer>];
  const [docs, entries, meta] = ["docs", "entries", "meta"].map((name) =>
    several.openDB<Buffer, Buffer>({ name, encoding: "binary", keyEncoding: "binary" }),
  ) as [Database<Buffer, Buffer>, Database<Buffer, Buffer>, Database<Buffer, Buffer>];
  const put = (i: number) => {
    void docs.put(keyOf(i), VALUE);
    return entries.put(keyOf(i), VALUE.subarray(0, 2));
  };
  for (let i = 0; i < size; i += 2000) {
    for (let j = 1; j < 2000; j++) void put(i + j);
    await put(i);
  }
  let [next, other] = [size, 0];
  return {
    commit: () => one.put(keyOf(other++), VALUE),
    insert() {
      void put(next++);
      void meta.put(keyOf(1), VALUE.subarray(0, 16));
      return meta.put(keyOf(2), VALUE.subarray(0, 80));
    },
    async close() {
      await one.close();
      await several.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The median. */
export function middle(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

export async function timed<T>(action: () => Promise<T> | T): Promise<{ ms: number; value: T }> {
  const started = performance.now();
  const value = await action();
  return { ms: performance.now() - started, value };
}

export async function percentile95(count: number, action: (i: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) times.push((await timed(() => action(i))).ms);
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.95)] ?? 0;
}

/** Private memory of a process in MiB: what it does not share with the page cache. */
export function privateMemory(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Anonymous:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024;
}

/** One line: what was measured, its figure, its ratio to the baseline of the same run, and what is wanted. */
export function say(...[what, figure, ratio, wanted]: [string, string, string, string]): void {
  console.log(`${what.padEnd(44)} ${figure.padEnd(26)} ${ratio.padEnd(44)} wanted: ${wanted}`);
}
