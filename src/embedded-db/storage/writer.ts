import { setImmediate as otherTurn } from "node:timers/promises";
import { DatabaseError } from "../errors.ts";
import type { DataFile } from "./data-file.ts";
import { type Checkpoint, Log, type LogContent } from "./log.ts";
import type { Snapshot, Store } from "./store.ts";
import { decodeSet, encodeSets, type WriteSet } from "./write-set.ts";

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
 * Makes write sets durable, and the store show them. Sets that arrive while the disk is busy go together. Small groups are
 * written to the log, synced and acknowledged; LMDB takes several of them in one commit, before anyone reads, and its file
 * is synced at the next checkpoint, when the log is full. Large ones go into LMDB and are made durable by a checkpoint of
 * their own. One group at a time: a set may build on the ones before it, so none may reach the disk after one that did not.
 *
 * A checkpoint pins the state that it makes durable with a read transaction until the next one is durable: LMDB uses no
 * page of it again, so after a power cut it stands whole in the file, whatever of later states came through.
 */
export class Writer {
  /** Set when the disk refused something, or at the end: nothing more is written before a restart has re-read the truth. */
  #failure: DatabaseError | null = null;
  readonly #store: Store;
  readonly #log: Log;
  readonly #file: DataFile;
  #pinned: Snapshot;
  #waiting: Waiting[] = [];
  /** The writing of what waits, until nothing does. */
  #underWay: Promise<void> | null = null;
  /** Average of the latest waits for the log. */
  #averageMs = 0;
  /** Runs while LMDB is owed something. */
  #timer: NodeJS.Timeout | undefined;

  /** Takes over a file that is at its newest checkpoint or later, and makes it have all that was logged. */
  constructor(store: Store, file: DataFile, content: LogContent | null) {
    this.#store = store;
    this.#file = file;
    this.#pinned = store.snapshot();
    for (const { sequence, body } of content?.records ?? [])
      if (sequence > store.sequence) store.owe([decodeSet(body)]);
    store.settle();
    file.syncNow();
    this.#log = new Log(store.folder, content, this.#state(false));
    this.#pinNewest();
  }

  #state(clean: boolean): Checkpoint {
    return { sequence: this.#store.sequence, body: this.#file.header, clean };
  }

  #pinNewest(): void {
    this.#store.release(this.#pinned);
    this.#pinned = this.#store.snapshot();
  }

  /** Makes a set durable, whole or not at all. Resolves after the fsync. */
  async commit(set: WriteSet): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (set.size === 0) return;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ set, resolve, reject });
      this.#underWay ??= this.#writeWaiting();
    });
  }

  /** All sets that wait at the begin of a turn go to the disk together, until none does. */
  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      await otherTurn();
      const group = this.#waiting.splice(0);
      try {
        await this.#write(group.map(({ set }) => set));
        for (const { resolve } of group) resolve();
      } catch (error) {
        this.#fail(group, error);
      }
    }
    this.#underWay = null;
  }

  /** Refuses a group, and the sets that came after it: they may build on what it would have written. */
  #fail(group: readonly Waiting[], cause: unknown): void {
    this.#failure ??= this.#file.errorOf(cause);
    for (const { reject } of [...group, ...this.#waiting.splice(0)]) reject(this.#failure);
  }

  async #write(sets: readonly WriteSet[]): Promise<void> {
    const refused = this.#failure ?? this.#store.behind;
    if (refused) throw refused;
    if (sets.reduce((sum, { bytes }) => sum + bytes, 0) > LOGGED_BYTES) return this.#writeLarge(sets);
    const body = encodeSets(sets);
    if (!this.#log.hasRoom(body.length)) await this.#checkpoint();
    const started = performance.now();
    this.#log.append(this.#store.sequence + 1, body);
    try {
      // On this thread: spares hops between threads, which cost as much as a quick disk's wait. Otherwise everything else
      // is served meanwhile.
      if (this.#averageMs > QUICK_MS) await this.#log.sync();
      else this.#log.syncNow();
      this.#averageMs += (performance.now() - started - this.#averageMs) * NEWEST_SHARE;
      this.#handOver(sets, body.length);
    } catch (error) {
      // What was refused must not be there after a restart.
      this.#log.erase();
      throw error;
    }
    this.#timer ??= setTimeout(() => this.#settleInTime(), OWED_MS);
  }

  /** The log has some sets: they are owed to LMDB, which takes them at once where it may have no room for them later. */
  #handOver(sets: readonly WriteSet[], bytes: number): void {
    const store = this.#store;
    const changes = sets.reduce((sum, { size }) => sum + size, 0);
    let hasRoom = this.#file.reserve(changes, bytes, !store.owes);
    if (!hasRoom) {
      this.#settle();
      hasRoom = this.#file.reserve(changes, bytes, true);
    }
    if (hasRoom) store.owe(sets);
    else store.take(sets);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#store.settle();
    this.#file.makeSpare();
  }

  #settleInTime(): void {
    try {
      this.#settle();
    } catch (error) {
      this.#fail([], error);
    }
  }

  /** Into LMDB on its own thread; durable with the checkpoint that follows. */
  async #writeLarge(sets: readonly WriteSet[]): Promise<void> {
    this.#settle();
    try {
      await this.#store.takeLater(sets);
    } catch (error) {
      // lmdb hides the reason of a failed commit in a promise on its error.
      if (error instanceof Error && "commitError" in error) await error.commitError;
      throw error;
    }
    await this.#checkpoint();
  }

  /** Makes what LMDB has by now durable in the data file: the log begins anew. Nothing else is written meanwhile. */
  async #checkpoint(clean = false): Promise<void> {
    this.#settle();
    await this.#file.sync();
    await this.#log.checkpoint(this.#state(clean));
    this.#pinNewest();
  }

  /** Ends with a data file that says it all; where the disk refused something, the log stays as it is. */
  async close(): Promise<void> {
    while (this.#underWay) await this.#underWay;
    const failed = this.#failure ?? this.#store.behind;
    this.#failure ??= new DatabaseError("InterruptedAtShutdown", "the database is shutting down");
    try {
      if (!failed) await this.#checkpoint(true);
    } finally {
      clearTimeout(this.#timer);
      this.#store.release(this.#pinned);
      this.#log.close();
    }
  }
}
