import { closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";
import { promisify } from "node:util";
import type { DatabaseError } from "../errors.ts";
import { dataFile, newestHeader } from "./data-file.ts";
import { diskError } from "./folder.ts";
import { type Checkpoint, Log, type LogContent } from "./log.ts";
import type { LmdbFile, Snapshot } from "./lmdb-file.ts";
import { decodeInto, encodeSets } from "./set-bytes.ts";
import { SparePages } from "./spare-pages.ts";
import { WriteSet } from "./write-set.ts";

const syncLater = promisify(fdatasync);

/** Groups of sets up to this size go through the log; LMDB takes them on the main thread, in less than a millisecond. */
const LOGGED_BYTES = 64 * 1024;
/** Waiting for the log on the main thread keeps all others waiting: only where the disk is this quick. */
const QUICK_MS = 2;
/** What the newest wait counts for in the average: one slow one among many changes nothing. */
const NEWEST_SHARE = 0.2;
/** How long LMDB is owed something at most; whoever reads has it settle before. */
const OWED_MS = 10;

interface Waiting {
  set: WriteSet;
  resolve: () => void;
  reject: (error: DatabaseError) => void;
}

/**
 * Makes write sets durable, and LMDB show them. Sets that arrive while the disk is busy go together. Small groups are
 * written to the log, synced and acknowledged; LMDB takes several of them in one commit, before anyone reads, and its file
 * is synced at the next checkpoint. Large ones go into LMDB and are made durable by a checkpoint of their own. One group
 * at a time: a set may build on the ones before it, so none may reach the disk after one that did not.
 *
 * A checkpoint pins the state that it makes durable with a read transaction until the next one is durable: LMDB uses no
 * page of it again, so after a power cut it stands whole in the file, whatever of later states came through.
 */
export class Writer {
  /** Set when the disk refused something: nothing more is written before a restart has re-read the truth. */
  #failure: DatabaseError | null = null;
  readonly #folder: string;
  readonly #lmdb: LmdbFile;
  readonly #log: Log;
  readonly #file: number;
  readonly #spare: SparePages;
  #pinned: Snapshot;
  #waiting: Waiting[] = [];
  /** The group that has not ended; sets that come meanwhile wait for it. */
  #underWay: Promise<void> | null = null;
  #checkpoint: Promise<void> | null = null;
  /** The file may have lost what it was given: no state of it can be called durable any more. */
  #syncFailed = false;
  /** Average of the latest waits for the log. */
  #averageMs = 0;
  /** Runs while LMDB is owed something. */
  #timer: NodeJS.Timeout | null = null;

  /** Takes over a file that is at its newest checkpoint or later, and makes it have all that was logged. */
  constructor(folder: string, lmdb: LmdbFile, content: LogContent | null) {
    this.#folder = folder;
    this.#lmdb = lmdb;
    this.#pinned = lmdb.snapshot();
    this.#file = openSync(dataFile(folder), "r+");
    this.#spare = new SparePages(folder, this.#file);
    this.#replay(content?.records ?? []);
    const pinned = lmdb.snapshot();
    fdatasyncSync(this.#file);
    this.#log = new Log(folder, content, this.#state(false));
    lmdb.release(this.#pinned);
    this.#pinned = pinned;
  }

  #replay(records: LogContent["records"]): void {
    const set = new WriteSet();
    const lacking = records.filter(({ sequence }) => sequence > this.#lmdb.sequence);
    for (const { body } of lacking) decodeInto(set, body);
    const last = lacking.at(-1);
    if (last) this.#lmdb.take([set], last.sequence);
  }

  #state(clean: boolean): Checkpoint {
    return { sequence: this.#lmdb.sequence, header: newestHeader(this.#folder, this.#file), clean };
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
    if (this.#lmdb.behind) return this.#fail([], this.#lmdb.behind);
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
    this.#write(group, body);
  }

  /** Has further sets wait for this; then they are written. */
  #run(step: Promise<void>): void {
    this.#underWay = step.then(() => {
      this.#underWay = null;
      this.#writeWaiting();
    });
  }

  /** Has the log take a group. */
  #write(group: readonly Waiting[], body: Buffer): void {
    const started = performance.now();
    const synced = (): void => {
      this.#averageMs += (performance.now() - started - this.#averageMs) * NEWEST_SHARE;
      this.#logged(group, body.length);
    };
    try {
      this.#log.append(this.#lmdb.sequence + 1, body);
      // On this thread: spares hops between threads, which cost as much as a quick disk's wait. Otherwise everything else
      // is served meanwhile.
      if (this.#averageMs > QUICK_MS)
        return this.#run(this.#log.sync().then(synced, (error: unknown) => this.#fail(group, error)));
      this.#log.syncNow();
    } catch (error) {
      return this.#fail(group, error);
    }
    synced();
  }

  /** The log has a group: it is owed to LMDB, which takes it at once where it may have no room for it later. */
  #logged(group: readonly Waiting[], bytes: number): void {
    const sets = group.map(({ set }) => set);
    const changes = sets.reduce((sum, { size }) => sum + size, 0);
    if (this.#spare.reserve(changes, bytes, !this.#lmdb.owes)) {
      this.#lmdb.owe(sets);
    } else {
      try {
        this.#lmdb.settle();
        this.#lmdb.take(sets, this.#lmdb.sequence + 1);
      } catch (error) {
        this.#takeBack();
        this.#fail(group, error);
        return;
      }
    }
    this.#settleLater();
    for (const { resolve } of group) resolve();
  }

  /** After the answers: what is left for the next tick by a promise's continuation comes after all of them. */
  #settleLater(): void {
    if (this.#spare.areFew) queueMicrotask(() => process.nextTick(() => this.#settle()));
    else this.#timer ??= setTimeout(() => this.#settle(), OWED_MS);
  }

  #settle(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    try {
      this.#lmdb.settle();
      if (!this.#lmdb.isWriting) this.#spare.refill();
    } catch (error) {
      this.#fail([], error);
    }
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
    try {
      await this.#lmdb.takeLater(group.map(({ set }) => set));
    } catch (error) {
      this.#fail(group, await causeOf(error));
      return;
    }
    await this.#checkpoint;
    if (!this.#failure) this.#beginCheckpoint();
    await this.#checkpoint;
    if (this.#failure) this.#fail(group, this.#failure);
    else for (const { resolve } of group) resolve();
  }

  /** Starts to make the state of this moment durable in the data file; the log goes on in its other segment. */
  #beginCheckpoint(): void {
    try {
      const pinned = this.#lmdb.snapshot();
      const state = this.#state(false);
      this.#log.turn();
      this.#checkpoint = this.#finishCheckpoint(pinned, state);
    } catch (error) {
      this.#fail([], error);
    }
  }

  async #finishCheckpoint(pinned: Snapshot, state: Checkpoint): Promise<void> {
    try {
      await syncLater(this.#file);
      await this.#log.checkpoint(state);
      this.#lmdb.release(this.#pinned);
      this.#pinned = pinned;
    } catch (error) {
      this.#syncFailed = true;
      this.#lmdb.release(pinned);
      this.#fail([], error);
    }
    this.#checkpoint = null;
  }

  /** Refuses a group, and the sets that came after it: they may build on what it would have written. */
  #fail(group: readonly Waiting[], cause: unknown): void {
    this.#failure ??= diskError(this.#folder, cause);
    for (const { reject } of [...group, ...this.#waiting.splice(0)]) reject(this.#failure);
  }

  /** Ends with a data file that says it all; where the disk refuses that, the log stays as it is. */
  async close(): Promise<void> {
    this.#writeWaiting();
    while (this.#underWay) await this.#underWay;
    await this.#checkpoint;
    this.#settle();
    try {
      if (!this.#syncFailed && !this.#lmdb.behind) {
        fdatasyncSync(this.#file);
        this.#log.checkpointSync(this.#state(true));
      }
    } catch (error) {
      // Those who waited for that disk have been told.
      if (!this.#failure) throw error;
    } finally {
      this.#lmdb.release(this.#pinned);
      this.#log.close();
      closeSync(this.#file);
    }
  }
}

/** lmdb hides the reason of a failed commit in a promise on its error. */
async function causeOf(error: unknown): Promise<unknown> {
  const hidden: unknown = error instanceof Error && "commitError" in error ? error.commitError : null;
  try {
    await hidden;
  } catch (reason) {
    return reason;
  }
  return error;
}
