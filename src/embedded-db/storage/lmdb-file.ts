import { type Database, open, type RootDatabase } from "lmdb";
import type { DatabaseError } from "../errors.ts";
import { dataFile } from "./data-file.ts";
import { diskError } from "./folder.ts";
import { changesOf } from "./set-bytes.ts";
import { keyBytes, type Space, WriteSet } from "./write-set.ts";

type Table = Database<Buffer, Buffer>;

/** One consistent state of the disk. It pins that state's pages: release it as soon as possible. */
export interface Snapshot {
  readonly transaction: ReturnType<Table["useReadTransaction"]>;
  /** Number of commits that it can see; equal numbers mean equal states. */
  readonly version: number;
  users: number;
}

export const MAX_READERS = 4096;
/** Key in `meta` of the sequence number of the newest set that LMDB has. */
const SEQUENCE_KEY = "log";

/**
 * The LMDB file of a folder. It does not wait for the disk by itself. What the log has already may be owed to it for a
 * while: several records then cost one commit, and their writers wait for none. Nobody reads a state that lacks them.
 */
export class LmdbFile {
  readonly root: RootDatabase<Buffer, Buffer>;
  readonly tables: Record<Space, Table>;
  readonly #folder: string;
  readonly #readOnly: boolean;
  /** Sequence number of the newest set that it has or is owed. */
  sequence: number;
  /** Held ready, so that reading begins without a call to LMDB. */
  #newest: Snapshot;
  readonly #owed = new WriteSet();
  /** Set when it could not take what it was owed: what it shows would lack that. */
  behind: DatabaseError | null = null;
  /** Its own thread is writing. */
  isWriting = false;

  constructor(folder: string, readOnly: boolean) {
    this.#folder = folder;
    this.#readOnly = readOnly;
    this.root = open<Buffer, Buffer>({
      path: dataFile(folder),
      noSync: true,
      overlappingSync: false,
      maxDbs: 4,
      maxReaders: MAX_READERS,
      encoding: "binary",
      keyEncoding: "binary",
      cache: false,
      readOnly,
    });
    const table = (name: string): Table =>
      this.root.openDB<Buffer, Buffer>({ name, encoding: "binary", keyEncoding: "binary" });
    this.tables = { docs: table("docs"), entries: table("entries"), meta: table("meta") };
    this.#newest = this.#begin(0);
    this.sequence = this.storedSequence;
  }

  /** Sequence number of the newest set in the file. */
  get storedSequence(): number {
    return this.tables.meta.get(keyBytes(SEQUENCE_KEY), this.newest)?.readDoubleBE(0) ?? 0;
  }

  #begin(version: number): Snapshot {
    this.root.resetReadTxn();
    return { transaction: this.tables.docs.useReadTransaction(), version, users: 1 };
  }

  #advance(): void {
    const { version } = this.#newest;
    this.release(this.#newest);
    this.#newest = this.#begin(version + 1);
  }

  /** The newest state, for reading at once. */
  get newest(): Snapshot {
    if (this.#readOnly) this.#advance();
    else this.settle();
    return this.#newest;
  }

  /** The newest state, until it is released. */
  snapshot(): Snapshot {
    const { newest } = this;
    newest.users++;
    return newest;
  }

  release(snapshot: Snapshot): void {
    if (--snapshot.users === 0) snapshot.transaction.done();
  }

  /** The newest value of one key. */
  latest(space: Space, key: string): Buffer | undefined {
    if (this.behind) throw this.behind;
    const owed = this.#owed[space].get(key);
    return owed === undefined ? this.tables[space].get(keyBytes(key), this.#newest) : (owed ?? undefined);
  }

  get owes(): boolean {
    return this.#owed.size > 0;
  }

  /** Notes sets that the log has and that are to be taken later. */
  owe(sets: readonly WriteSet[]): void {
    for (const [space, key, value] of changesOf(sets)) this.#owed.put(space, key, value);
    this.sequence++;
  }

  /** Takes what is owed. Throws, now and from then on, where that fails; the next start takes it from the log. */
  settle(): void {
    if (this.behind) throw this.behind;
    if (!this.owes) return;
    try {
      this.take([this.#owed], this.sequence);
      this.#owed.clear();
    } catch (error) {
      this.behind = diskError(this.#folder, error);
      throw this.behind;
    }
  }

  /** Sets in one commit, on this thread; the newest of them has this number. */
  take(sets: readonly WriteSet[], sequence: number): void {
    this.root.transactionSync(() => void this.#put(sets, sequence));
    this.sequence = sequence;
    this.#advance();
  }

  /** Sets in one commit, on LMDB's own thread. */
  async takeLater(sets: readonly WriteSet[]): Promise<void> {
    this.settle();
    this.isWriting = true;
    try {
      // One event turn is one LMDB transaction, so nothing may be awaited between the sets.
      await this.#put(sets, this.sequence + 1);
    } finally {
      this.isWriting = false;
    }
    this.sequence++;
    this.#advance();
  }

  #put(sets: readonly WriteSet[], sequence: number): Promise<unknown> {
    for (const [space, key, value] of changesOf(sets)) {
      const table = this.tables[space];
      const done = value === null ? table.remove(keyBytes(key)) : table.put(keyBytes(key), value);
      // One failed commit rejects them all; the last one is awaited and reports it.
      done.catch(() => {});
    }
    const number = Buffer.alloc(8);
    number.writeDoubleBE(sequence);
    return this.tables.meta.put(keyBytes(SEQUENCE_KEY), number);
  }

  async close(): Promise<void> {
    this.release(this.#newest);
    await this.root.close();
  }
}
