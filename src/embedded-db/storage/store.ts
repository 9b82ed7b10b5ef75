import { existsSync } from "node:fs";
import { open } from "lmdb";
import { checkDataFile, dataFile, rollBack, transactionsSince } from "./data-file.ts";
import { LmdbFile, MAX_READERS, type Snapshot } from "./lmdb-file.ts";
import { type LogContent, logFile, readLog } from "./log.ts";
import { Writer } from "./writer.ts";
import type { Space, WriteSet } from "./write-set.ts";

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

/**
 * The LMDB file and its log: consistent states to read, and write sets that become durable whole. The caller has made
 * this process the only one that writes in the folder.
 */
export class Store {
  readonly folder: string;
  readonly #lmdb: LmdbFile;
  readonly #writer: Writer | null;

  /**
   * Opens a folder in the state of the last acknowledged set. Throws, changing nothing, when one of its files is damaged.
   * With `readOnly`, beside a serving process too: LMDB gives each process its own snapshots.
   */
  constructor(folder: string, { readOnly = false }: { readOnly?: boolean } = {}) {
    this.folder = folder;
    const content = readOnly ? null : recover(folder);
    this.#lmdb = new LmdbFile(folder, readOnly);
    this.#writer = readOnly ? null : new Writer(folder, this.#lmdb, content);
  }

  /** Whether the data file has the set of this number. */
  has(sequence: number): boolean {
    return this.#lmdb.storedSequence >= sequence;
  }

  /** Number of commits that this process made. */
  get version(): number {
    return this.#lmdb.newest.version;
  }

  snapshot(): Snapshot {
    return this.#lmdb.snapshot();
  }

  release(snapshot: Snapshot): void {
    this.#lmdb.release(snapshot);
  }

  /** The newest value of one key, by its text. */
  latest(space: Space, key: string): Buffer | undefined {
    return this.#lmdb.latest(space, key);
  }

  /** Value in that snapshot, or in the newest committed state. */
  get(space: Space, key: Buffer, snapshot?: Snapshot | null): Buffer | undefined {
    return this.#lmdb.tables[space].get(key, snapshot ?? this.#lmdb.newest);
  }

  /** Up to `limit` entries of a range in order. */
  read(range: Range, limit: number, snapshot: Snapshot): Entry[] {
    return [
      ...this.#lmdb.tables[range.space].getRange({
        ...bounds(range),
        limit,
        transaction: snapshot.transaction,
      }),
    ];
  }

  keys(range: Range, limit: number, snapshot: Snapshot): Buffer[] {
    return [
      ...this.#lmdb.tables[range.space].getKeys({
        ...bounds(range),
        limit,
        transaction: snapshot.transaction,
      }),
    ];
  }

  /** Number of keys of a range, at most `limit`, counted inside LMDB. */
  countKeys(range: Range, snapshot: Snapshot): number {
    return this.#lmdb.tables[range.space].getKeysCount({
      ...bounds(range),
      transaction: snapshot.transaction,
    });
  }

  /** Makes a set durable, whole or not at all. Resolves after the fsync. */
  commit(set: WriteSet): Promise<void> {
    if (!this.#writer) throw new Error("the store was opened to be read only");
    return this.#writer.commit(set);
  }

  /** Copies the state of this moment into a folder while serving goes on. */
  async backup(folder: string): Promise<void> {
    this.#lmdb.settle();
    await this.#lmdb.root.backup(dataFile(folder), true);
  }

  async close(): Promise<void> {
    try {
      await this.#writer?.close();
    } finally {
      await this.#lmdb.close();
    }
  }
}

/**
 * Reads the log and, after a process or the machine died, puts the data file back to the log's checkpoint: a power cut
 * may have left any mixture of later pages. Returns what the log holds since then.
 */
function recover(folder: string): LogContent | null {
  const content = readLog(folder);
  if (!content || content.checkpoint.clean) {
    checkDataFile(folder);
    return content;
  }
  const { header } = content.checkpoint;
  if (!existsSync(dataFile(folder)))
    throw new Error(`there is a log file ${logFile(folder)}, but its data file is missing; restore a backup`);
  const since = transactionsSince(folder, header);
  if (since < 0)
    throw new Error(`the log file ${logFile(folder)} belongs to another data file; move it away`);
  checkDataFile(folder, header);
  if (since > 0 && !isBeingRead(folder)) rollBack(folder, header);
  return content;
}

/**
 * Whether another process (a backup, say) has a snapshot of the file. It shows that the machine went on running, so that
 * the file is whole as it is; and what it reads must not be written over.
 */
function isBeingRead(folder: string): boolean {
  const root = open({ path: dataFile(folder), noSync: true, maxDbs: 4, maxReaders: MAX_READERS });
  try {
    return root
      .readerList()
      .split("\n")
      .some((line) => READING.test(line));
  } finally {
    void root.close();
  }
}

/** A line of LMDB's list of readers with the number of a snapshot: process, thread, transaction. */
const READING = /^\s*\d+ [0-9a-f]+ \d+$/;

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
