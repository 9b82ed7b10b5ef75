import { type Database, open, type RootDatabase } from "lmdb";
import type { DatabaseError } from "../errors.ts";
import { DataFile, dataFile, OPEN, recover } from "./data-file.ts";
import { Writer } from "./writer.ts";
import { changesOf, keyBytes, type Space, WriteSet } from "./write-set.ts";

/** Keys from `low`, inclusive, to `high`, exclusive. */
export interface Range {
  space: Space;
  low: Buffer;
  high: Buffer;
  reverse: boolean;
}

export interface Entry {
  key: Buffer;
  value: Buffer;
}

type Table = Database<Buffer, Buffer>;

/** One consistent state of the disk. It pins that state's pages: release it as soon as possible. */
export interface Snapshot {
  readonly transaction: ReturnType<Table["useReadTransaction"]>;
  /** Number of commits that it can see; equal numbers mean equal states. */
  readonly version: number;
  users: number;
}

/** Key in `meta` of the sequence number of the newest set that LMDB has. */
const SEQUENCE_KEY = "log";
const BINARY = { encoding: "binary", keyEncoding: "binary" } as const;

/**
 * What LMDB has: consistent states to read, and write sets that become durable whole. What the log has already may be
 * owed to LMDB for a while: several records then cost one commit, and their writers wait for none. Nobody reads a state
 * that lacks them. The caller has made this process the only one that writes in the folder.
 */
export class Store {
  readonly folder: string;
  readonly root: RootDatabase<Buffer, Buffer>;
  /** Sequence number of the newest set that LMDB has or is owed. */
  sequence: number;
  /** Set when LMDB could not take what it was owed: what it shows would lack that. */
  behind: DatabaseError | null = null;
  readonly #tables: Record<Space, Table>;
  readonly #file: DataFile;
  readonly #writer: Writer | null;
  readonly #owed = new WriteSet();
  /** Held ready, so that reading begins without a call to LMDB. */
  #newest: Snapshot;

  /**
   * Opens a folder in the state of the last acknowledged set. Throws, changing nothing, when one of its files is damaged.
   * With `readOnly`, beside a serving process too: LMDB gives each process its own snapshots.
   */
  constructor(folder: string, { readOnly = false }: { readOnly?: boolean } = {}) {
    this.folder = folder;
    const content = readOnly ? null : recover(folder);
    this.root = open<Buffer, Buffer>({ path: dataFile(folder), ...OPEN, ...BINARY, cache: false, readOnly });
    const table = (name: Space): Table => this.root.openDB<Buffer, Buffer>({ name, ...BINARY });
    this.#tables = { docs: table("docs"), entries: table("entries"), meta: table("meta") };
    this.#newest = this.#begin(0);
    this.sequence = this.get("meta", SEQUENCE_KEY)?.readDoubleBE(0) ?? 0;
    this.#file = new DataFile(folder, readOnly ? "r" : "r+");
    this.#writer = readOnly ? null : new Writer(this, this.#file, content);
  }

  #begin(version: number): Snapshot {
    this.root.resetReadTxn();
    return { transaction: this.#tables.docs.useReadTransaction(), version, users: 1 };
  }

  /** What LMDB has by now, up to the set of this number, is the newest state. */
  #advance(sequence: number): void {
    this.sequence = sequence;
    this.release(this.#newest);
    this.#newest = this.#begin(this.#newest.version + 1);
  }

  /** Number of commits that this process made. */
  get version(): number {
    this.settle();
    return this.#newest.version;
  }

  /** The newest state, until it is released. */
  snapshot(): Snapshot {
    this.settle();
    this.#newest.users++;
    return this.#newest;
  }

  release(snapshot: Snapshot): void {
    if (--snapshot.users === 0) snapshot.transaction.done();
  }

  /** Value of a key in that snapshot, or the newest one. */
  get(space: Space, key: string, snapshot?: Snapshot): Buffer | undefined {
    if (snapshot) return this.#tables[space].get(keyBytes(key), snapshot);
    if (this.behind) throw this.behind;
    const owed = this.#owed[space].get(key);
    return owed === undefined ? this.#tables[space].get(keyBytes(key), this.#newest) : (owed ?? undefined);
  }

  /** Up to `limit` entries of a range in order. */
  read(range: Range, limit: number, { transaction }: Snapshot): Entry[] {
    return [...this.#tables[range.space].getRange({ ...bounds(range), limit, transaction })];
  }

  keys(range: Range, limit: number, { transaction }: Snapshot): Buffer[] {
    return [...this.#tables[range.space].getKeys({ ...bounds(range), limit, transaction })];
  }

  /** Number of keys of a range, counted inside LMDB. */
  countKeys(range: Range, { transaction }: Snapshot): number {
    return this.#tables[range.space].getKeysCount({ ...bounds(range), transaction });
  }

  /** Makes a set durable, whole or not at all. Resolves after the fsync. */
  commit(set: WriteSet): Promise<void> {
    if (!this.#writer) throw new Error("the store was opened to be read only");
    return this.#writer.commit(set);
  }

  get owes(): boolean {
    return this.#owed.size > 0;
  }

  /** Notes sets that the log has and that LMDB is to take later. */
  owe(sets: readonly WriteSet[]): void {
    for (const [space, key, value] of changesOf(sets)) this.#owed.put(space, key, value);
    this.sequence++;
  }

  /** Has LMDB take what it is owed. Throws, now and from then on, where that fails; the next start takes it from the log. */
  settle(): void {
    if (this.behind) throw this.behind;
    if (!this.owes) return;
    try {
      this.take([this.#owed], this.sequence);
      this.#owed.clear();
    } catch (error) {
      this.behind = this.#file.errorOf(error);
      throw this.behind;
    }
  }

  /** Sets in one commit of LMDB, on this thread; the newest of them has this number. */
  take(sets: readonly WriteSet[], sequence = this.sequence + 1): void {
    this.root.transactionSync(() => void this.#put(sets, sequence));
    this.#advance(sequence);
  }

  /** Sets in one commit, on LMDB's own thread. Only while it is owed nothing. */
  async takeLater(sets: readonly WriteSet[]): Promise<void> {
    const sequence = this.sequence + 1;
    // One event turn is one LMDB transaction, so nothing may be awaited between the sets.
    await this.#put(sets, sequence);
    this.#advance(sequence);
  }

  #put(sets: readonly WriteSet[], sequence: number): Promise<unknown> {
    for (const [space, key, value] of changesOf(sets)) {
      const table = this.#tables[space];
      const done = value === null ? table.remove(keyBytes(key)) : table.put(keyBytes(key), value);
      // One failed commit rejects them all; the last one is awaited and reports it.
      done.catch(() => {});
    }
    const number = Buffer.alloc(8);
    number.writeDoubleBE(sequence);
    return this.#tables.meta.put(keyBytes(SEQUENCE_KEY), number);
  }

  /** Copies the state of this moment into a folder while serving goes on. */
  async backup(folder: string): Promise<void> {
    this.settle();
    await this.root.backup(dataFile(folder), true);
  }

  async close(): Promise<void> {
    try {
      await this.#writer?.close();
    } finally {
      this.release(this.#newest);
      this.#file.close();
      await this.root.close();
    }
  }
}

/** LMDB walks from `start` to `end`; a range here is [low, high) in both directions. */
function bounds({ low, high, reverse }: Range) {
  if (!reverse) return { start: low, end: high };
  return { start: high, exclusiveStart: true, end: low, inclusiveEnd: true, reverse };
}
