import { closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";
import { promisify } from "node:util";
import type { Database, RootDatabase } from "lmdb";
import type { DatabaseError } from "../errors.ts";
import { dataFile, newestHeader } from "./data-file.ts";
import { diskError } from "./folder.ts";
import { type Checkpoint, Log, type LogContent } from "./log.ts";
import { decodeInto, encodeSets } from "./set-bytes.ts";
import { keyBytes, type Space, WriteSet } from "./write-set.ts";

export type Table = Database<Buffer, Buffer>;
export type ReadTransaction = ReturnType<Table["useReadTransaction"]>;

/** An open LMDB file that does not wait for the disk by itself. */
export interface Lmdb {
  root: RootDatabase<Buffer, Buffer>;
  tables: Record<Space, Table>;
}

const syncLater = promisify(fdatasync);

/** Groups of sets up to this size go through the log; LMDB takes them on the main thread, in less than a millisecond. */
const LOGGED_BYTES = 64 * 1024;
/** Waiting for the log on the main thread keeps all others waiting: only where the disk is this quick. */
const QUICK_MS = 2;
/** What the newest wait counts for in the average: one slow one among many changes nothing. */
const NEWEST_SHARE = 0.2;

/** Key in `meta` of the sequence number of the newest set that LMDB has. */
const SEQUENCE_KEY = "log";

interface Waiting {
  set: WriteSet;
  resolve: () => void;
  reject: (error: DatabaseError) => void;
}

/**
 * Makes write sets durable, and LMDB show them. Sets that arrive while the disk is busy go together. Small groups are
 * written to the log and synced; LMDB has them at once, but its file is synced only at the next checkpoint. Large ones
 * go into LMDB and are made durable by a checkpoint of their own. One group at a time: a set may build on the ones before
 * it, so none may reach the disk after one that did not.
 *
 * A checkpoint pins the state that it makes durable with a read transaction until the next one is durable: LMDB uses no
 * page of it again, so after a power cut it stands whole in the file, whatever of later states came through.
 */
export class Writer {
  /** Set when the disk refused something: nothing more is written before a restart has re-read the truth. */
  #failure: DatabaseError | null = null;
  /** Number of groups that LMDB took. */
  version = 0;
  readonly #folder: string;
  readonly #lmdb: Lmdb;
  readonly #log: Log;
  readonly #file: number;
  #pinned: ReadTransaction;
  #sequence: number;
  #waiting: Waiting[] = [];
  /** The group that has not ended; sets that come meanwhile wait for it. */
  #underWay: Promise<void> | null = null;
  #checkpoint: Promise<void> | null = null;
  /** The file may have lost what it was given: no state of it can be called durable any more. */
  #syncFailed = false;
  /** Average of the latest waits for the log. */
  #averageMs = 0;

  /** Takes over a file that is at its newest checkpoint or later, and makes it have all that was logged. */
  constructor(folder: string, lmdb: Lmdb, content: LogContent | null) {
    this.#folder = folder;
    this.#lmdb = lmdb;
    this.#pinned = lmdb.tables.docs.useReadTransaction();
    this.#file = openSync(dataFile(folder), "r+");
    this.#sequence = lmdb.tables.meta.get(keyBytes(SEQUENCE_KEY))?.readDoubleBE(0) ?? 0;
    this.#replay(content?.records ?? []);
    const pinned = lmdb.tables.docs.useReadTransaction();
    fdatasyncSync(this.#file);
    this.#log = new Log(folder, content, this.#state(false));
    this.#pinned.done();
    this.#pinned = pinned;
  }

  #replay(records: LogContent["records"]): void {
    const set = new WriteSet();
    const lacking = records.filter(({ sequence }) => sequence > this.#sequence);
    for (const { body } of lacking) decodeInto(set, body);
    const last = lacking.at(-1);
    if (!last) return;
    this.#lmdb.root.transactionSync(() => void this.#put([set], last.sequence));
    this.#sequence = last.sequence;
  }

  #state(clean: boolean): Checkpoint {
    return { sequence: this.#sequence, header: newestHeader(this.#folder, this.#file), clean };
  }

  /** Makes a set durable, whole or not at all. Resolves after the fsync. */
  async commit(set: WriteSet): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (set.size === 0) return;
    await new Promise<void>((resolve, reject) => {
      if (this.#waiting.push({ set, resolve, reject }) === 1) setImmediate(() => this.#writeWaiting());
    });
  }

  /** All sets that are waiting go to the disk together. */
  #writeWaiting(): void {
    if (this.#underWay || this.#waiting.length === 0) return;
    const group = this.#waiting;
    const bytes = group.reduce((sum, { set }) => sum + set.bytes, 0);
    if (bytes > LOGGED_BYTES) {
      this.#waiting = [];
      this.#run(this.#writeLarge(group));
      return;
    }
    const body = encodeSets(group.map(({ set }) => set));
    if (!this.#log.hasRoom(body.length)) {
      if (this.#checkpoint) return this.#run(this.#checkpoint);
      this.#beginCheckpoint();
      if (this.#failure) return;
    }
    this.#waiting = [];
    if (this.#averageMs <= QUICK_MS) this.#writeNow(group, body);
    else this.#run(this.#writeBeside(group, body));
  }

  /** Has further sets wait for this; then they are written. */
  #run(step: Promise<void>): void {
    this.#underWay = step.then(() => {
      this.#underWay = null;
      this.#writeWaiting();
    });
  }

  /** On this thread: spares hops between threads, which cost as much as a quick disk's wait. */
  #writeNow(group: readonly Waiting[], body: Buffer): void {
    const started = performance.now();
    try {
      this.#log.append(this.#sequence + 1, body);
      this.#log.syncNow();
    } catch (error) {
      this.#fail(group, asError(error));
      return;
    }
    this.#noteWait(started);
    this.#take(group);
  }

  /** Waits for the log elsewhere: everything else is served meanwhile. */
  async #writeBeside(group: readonly Waiting[], body: Buffer): Promise<void> {
    const started = performance.now();
    try {
      this.#log.append(this.#sequence + 1, body);
      await this.#log.sync();
    } catch (error) {
      this.#fail(group, asError(error));
      return;
    }
    this.#noteWait(started);
    this.#take(group);
  }

  #noteWait(started: number): void {
    this.#averageMs += (performance.now() - started - this.#averageMs) * NEWEST_SHARE;
  }

  /** LMDB takes what the log has. */
  #take(group: readonly Waiting[]): void {
    const sets = group.map(({ set }) => set);
    try {
      this.#lmdb.root.transactionSync(() => void this.#put(sets, this.#sequence + 1));
    } catch (error) {
      this.#takeBack();
      this.#fail(group, asError(error));
      return;
    }
    this.#sequence++;
    this.version++;
    for (const { resolve } of group) resolve();
  }

  /** What was refused must not be there after a restart; where even that fails, it may be. */
  #takeBack(): void {
    try {
      this.#log.erase();
    } catch {
      // The disk refuses everything: the failure that led here says so.
    }
  }

  /** Into LMDB on its own thread; durable with the checkpoint that follows. */
  async #writeLarge(group: readonly Waiting[]): Promise<void> {
    const sets = group.map(({ set }) => set);
    try {
      // One event turn is one LMDB transaction, so nothing may be awaited between the sets.
      await this.#put(sets, this.#sequence + 1);
    } catch (error) {
      this.#fail(group, await causeOf(error));
      return;
    }
    this.#sequence++;
    this.version++;
    this.#lmdb.root.resetReadTxn();
    await this.#checkpoint;
    if (!this.#failure) this.#beginCheckpoint();
    await this.#checkpoint;
    if (this.#failure) this.#fail(group, this.#failure);
    else for (const { resolve } of group) resolve();
  }

  /** Writes sets in one LMDB transaction, under a sequence number. */
  #put(sets: readonly WriteSet[], number: number): Promise<unknown> {
    for (const set of sets) {
      for (const space of ["docs", "entries", "meta"] as const) {
        const table = this.#lmdb.tables[space];
        for (const [key, value] of set[space]) {
          const done = value === null ? table.remove(keyBytes(key)) : table.put(keyBytes(key), value);
          // One failed commit rejects them all; the last one is awaited and reports it.
          done.catch(() => {});
        }
      }
    }
    const sequence = Buffer.alloc(8);
    sequence.writeDoubleBE(number);
    return this.#lmdb.tables.meta.put(keyBytes(SEQUENCE_KEY), sequence);
  }

  /** Starts to make the state of this moment durable in the data file; the log goes on in its other segment. */
  #beginCheckpoint(): void {
    try {
      const pinned = this.#lmdb.tables.docs.useReadTransaction();
      const state = this.#state(false);
      this.#log.turn();
      this.#checkpoint = this.#finishCheckpoint(pinned, state);
    } catch (error) {
      this.#fail([], asError(error));
    }
  }

  async #finishCheckpoint(pinned: ReadTransaction, state: Checkpoint): Promise<void> {
    try {
      await syncLater(this.#file);
      await this.#log.checkpoint(state);
      this.#pinned.done();
      this.#pinned = pinned;
    } catch (error) {
      this.#syncFailed = true;
      pinned.done();
      this.#fail([], asError(error));
    }
    this.#checkpoint = null;
  }

  /** Refuses a group, and the sets that came after it: they may build on what it would have written. */
  #fail(group: readonly Waiting[], cause: Error): void {
    this.#failure ??= diskError(this.#folder, cause);
    for (const { reject } of [...group, ...this.#waiting.splice(0)]) reject(this.#failure);
  }

  /** Ends with a data file that says it all; where the disk refuses that, the log stays as it is. */
  async close(): Promise<void> {
    this.#writeWaiting();
    while (this.#underWay) await this.#underWay;
    await this.#checkpoint;
    try {
      if (!this.#syncFailed) {
        fdatasyncSync(this.#file);
        this.#log.checkpointSync(this.#state(true));
      }
    } catch (error) {
      // Those who waited for that disk have been told.
      if (!this.#failure) throw error;
    } finally {
      this.#pinned.done();
      this.#log.close();
      closeSync(this.#file);
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** lmdb hides the reason of a failed commit in a promise on its error. */
async function causeOf(error: unknown): Promise<Error> {
  const hidden: unknown = error instanceof Error && "commitError" in error ? error.commitError : null;
  try {
    await hidden;
  } catch (reason) {
    if (reason instanceof Error) return reason;
  }
  return asError(error);
}
