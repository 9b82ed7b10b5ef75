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

/**
 * The LMDB file. Writes go in as sets: everything in one set becomes durable in one LMDB transaction,
 * and sets that arrive while the disk is busy share the next fsync.
 */
export class Store {
  readonly folder: string;
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #tables: Record<Space, Table>;
  version = 0;
  /** Set when the disk refused a commit: nothing more is written before a restart has re-read the truth. */
  failure: DatabaseError | null = null;

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
    const done = this.#enqueue(set);
    try {
      await done;
    } catch (error) {
      this.failure ??= diskError(await causeOf(error), hasNoRoom(this.folder));
      throw this.failure;
    }
    this.version++;
    this.#root.resetReadTxn();
  }

  /** One event turn is one LMDB transaction, so this must stay synchronous. */
  #enqueue(set: WriteSet): Promise<unknown> {
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
    await this.#root.flushed;
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
