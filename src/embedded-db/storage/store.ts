import path from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { DatabaseError } from "../errors.ts";
import { hasNoRoom } from "./folder.ts";
import { keyBytes, type Space, WriteSet } from "./write-set.ts";

type Table = Database<Buffer, Buffer>;
type ReadTransaction = ReturnType<Table["useReadTransaction"]>;

/** One consistent state of the disk. It pins that state's pages: close it as soon as possible. */
export interface Snapshot {
  readonly transaction: ReadTransaction;
  /** Number of commits that it can see; equal numbers mean equal states. */
  readonly version: number;
}

export interface Range {
  space: Space;
  /** Inclusive. */
  low: Buffer;
  /** Exclusive. */
  high: Buffer;
  reverse: boolean;
}

export interface Entry {
  key: Buffer;
  value: Buffer;
}

const MAX_READERS = 4096;

/** A commit on the main thread keeps all others waiting: only small ones, and only where the disk is this quick. */
const QUICK_BYTES = 64 * 1024;
const QUICK_MS = 2;
/** What the newest commit counts for in the average: one slow one among many changes nothing. */
const NEWEST_SHARE = 0.2;
/** How often a disk that was slow is tried again. */
const TRY_AGAIN_MS = 1000;

interface Waiting {
  set: WriteSet;
  resolve: () => void;
  reject: (error: DatabaseError) => void;
}

/**
 * The LMDB file. Writes go in as sets: everything in one set becomes durable in one LMDB transaction,
 * and sets that arrive while the disk is busy share the next fsync. One commit at a time: a set may build on the ones
 * before it, so none may reach the disk after one that did not.
 */
export class Store {
  readonly folder: string;
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #tables: Record<Space, Table>;
  version = 0;
  /** Set when the disk refused a commit: nothing more is written before a restart has re-read the truth. */
  failure: DatabaseError | null = null;
  #waiting: Waiting[] = [];
  /** The commit on lmdb's thread that has not ended; sets that come meanwhile wait for it. */
  #underWay: Promise<void> | null = null;
  /** Average of the latest commits on the main thread, and when the last of them ended. */
  #averageMs = 0;
  #triedAt = 0;

  /** With `readOnly`, beside a serving process too: LMDB gives each process its own snapshots. */
  constructor(folder: string, { readOnly = false }: { readOnly?: boolean } = {}) {
    this.folder = folder;
    this.#root = open<Buffer, Buffer>({
      path: path.join(folder, "data.lmdb"),
      overlappingSync: false,
      maxDbs: 4,
      maxReaders: MAX_READERS,
      encoding: "binary",
      keyEncoding: "binary",
      cache: false,
      readOnly,
    });
    const table = (name: string) =>
      this.#root.openDB<Buffer, Buffer>({ name, encoding: "binary", keyEncoding: "binary" });
    this.#tables = { docs: table("docs"), entries: table("entries"), meta: table("meta") };
  }

  snapshot(): Snapshot {
    return { transaction: this.#tables.docs.useReadTransaction(), version: this.version };
  }

  release(snapshot: Snapshot): void {
    snapshot.transaction.done();
  }

  /** Value in that snapshot, or in the newest committed state. */
  get(space: Space, key: Buffer, snapshot?: Snapshot | null): Buffer | undefined {
    const table = this.#tables[space];
    return snapshot ? table.get(key, { transaction: snapshot.transaction }) : table.get(key);
  }

  /** Up to `limit` entries of a range in order. */
  read(range: Range, limit: number, snapshot: Snapshot): Entry[] {
    return [
      ...this.#tables[range.space].getRange({ ...bounds(range), limit, transaction: snapshot.transaction }),
    ];
  }

  keys(range: Range, limit: number, snapshot: Snapshot): Buffer[] {
    return [
      ...this.#tables[range.space].getKeys({ ...bounds(range), limit, transaction: snapshot.transaction }),
    ];
  }

  /** Number of keys of a range, at most `limit`, counted inside LMDB. */
  countKeys(range: Range, snapshot: Snapshot): number {
    return this.#tables[range.space].getKeysCount({ ...bounds(range), transaction: snapshot.transaction });
  }

  /** Makes a set durable, whole or not at all. Resolves after the fsync. */
  async commit(set: WriteSet): Promise<void> {
    if (this.failure) throw this.failure;
    if (set.size === 0) return;
    await new Promise<void>((resolve, reject) => {
      if (this.#waiting.push({ set, resolve, reject }) === 1) setImmediate(() => this.#writeWaiting());
    });
  }

  /** All sets that are waiting go to the disk together: at once where that is quick, else beside us. */
  #writeWaiting(): void {
    if (this.#underWay || this.#waiting.length === 0) return;
    const group = this.#waiting;
    this.#waiting = [];
    if (this.#isQuick(group)) this.#writeNow(group);
    else this.#underWay = this.#writeBeside(group);
  }

  #isQuick(group: readonly Waiting[]): boolean {
    if (this.#averageMs > QUICK_MS && performance.now() < this.#triedAt + TRY_AGAIN_MS) return false;
    return group.reduce((bytes, { set }) => bytes + set.bytes, 0) <= QUICK_BYTES;
  }

  /** On this thread: spares two hops between threads, which cost as much as a third of a quick disk's fsync. */
  #writeNow(group: readonly Waiting[]): void {
    const started = performance.now();
    try {
      this.#root.transactionSync(() => {
        for (const { set } of group) void this.#put(set);
      });
    } catch (error) {
      this.#fail(group, error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#triedAt = performance.now();
    this.#averageMs += (this.#triedAt - started - this.#averageMs) * NEWEST_SHARE;
    this.version++;
    for (const { resolve } of group) resolve();
  }

  /** On lmdb's own thread: everything else is served meanwhile. */
  async #writeBeside(group: readonly Waiting[]): Promise<void> {
    try {
      // One event turn is one LMDB transaction, so nothing may be awaited between the sets.
      await Promise.all(group.map(({ set }) => this.#put(set)));
      this.version++;
      this.#root.resetReadTxn();
      for (const { resolve } of group) resolve();
    } catch (error) {
      this.#fail(group, await causeOf(error));
    }
    this.#underWay = null;
    this.#writeWaiting();
  }

  /** Refuses a group, and the sets that came after it: they may build on what it would have written. */
  #fail(group: readonly Waiting[], cause: Error): void {
    this.failure ??= diskError(cause, hasNoRoom(this.folder));
    for (const { reject } of [...group, ...this.#waiting.splice(0)]) reject(this.failure);
  }

  #put(set: WriteSet): Promise<unknown> {
    let last: Promise<unknown> = Promise.resolve();
    for (const space of ["docs", "entries", "meta"] as const) {
      const table = this.#tables[space];
      for (const [key, value] of set[space]) {
        last = value === null ? table.remove(keyBytes(key)) : table.put(keyBytes(key), value);
        // One failed commit rejects them all; the last one is awaited and reports it.
        last.catch(() => {});
      }
    }
    return last;
  }

  /** Copies the state of this moment into a folder while serving goes on. */
  async backup(folder: string): Promise<void> {
    await this.#root.backup(path.join(folder, "data.lmdb"), true);
  }

  async close(): Promise<void> {
    this.#writeWaiting();
    while (this.#underWay) await this.#underWay;
    try {
      await this.#root.flushed;
    } catch (error) {
      // Those who waited for that commit have been told.
      if (!this.failure) throw error;
    }
    await this.#root.close();
  }
}

interface Bounds {
  start: Buffer;
  end: Buffer;
  reverse?: boolean;
  exclusiveStart?: boolean;
  inclusiveEnd?: boolean;
}

/** LMDB walks from `start` to `end`; a range here is [low, high) in both directions. */
function bounds(range: Range): Bounds {
  if (!range.reverse) return { start: range.low, end: range.high };
  return { start: range.high, exclusiveStart: true, end: range.low, inclusiveEnd: true, reverse: true };
}

/** lmdb hides the reason of a failed commit in a promise on its error. */
async function causeOf(error: unknown): Promise<Error> {
  const hidden: unknown = error instanceof Error && "commitError" in error ? error.commitError : null;
  try {
    await hidden;
  } catch (reason) {
    if (reason instanceof Error) return reason;
  }
  return error instanceof Error ? error : new Error(String(error));
}

function diskError(cause: Error, full: boolean): DatabaseError {
  const outOfSpace = full || /MAP_FULL|No space/i.test(cause.message);
  return new DatabaseError(
    outOfSpace ? "OutOfDiskSpace" : "InternalError",
    `the disk ${outOfSpace ? "is full" : "refused a write"} (${cause.message}); ${outOfSpace ? "free space" : "check it"} and restart the database`,
  );
}
