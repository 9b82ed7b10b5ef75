import { waitUntil } from "../deadline.ts";
import { DatabaseError, writeConflict } from "../errors.ts";
import type { Catalog, Collection } from "./catalog.ts";
import type { Store } from "./store.ts";
import { View } from "./view.ts";
import { type Space, WriteSet } from "./write-set.ts";

/** The shared parts of one running database. */
export interface Engine {
  store: Store;
  catalog: Catalog;
  /** Who holds what: documents and unique index keys. Nothing waits in it; whoever finds one taken decides. */
  locks: Map<string, Operation>;
}

/** Plain commands give up their snapshot and make what they have durable after this much. */
const FLUSH_BYTES = 8 * 1024 * 1024;
const FLUSH_KEYS = 20_000;
/** A transaction is held in memory: this is where it is refused instead of eating the machine. */
const MAX_TRANSACTION_BYTES = 256 * 1024 * 1024;

/**
 * One writer: a plain command, whose statements become durable at its end (or earlier, when it has to
 * wait), or a multi-document transaction, which reads one snapshot and becomes durable whole.
 */
export class Operation {
  readonly engine: Engine;
  readonly isTransaction: boolean;
  readonly writes = new WriteSet();
  /** Its commit is on the way to the disk. */
  #committing = false;
  /** A transaction that commits or has ended takes nothing more, though a statement of it may still run. */
  #over = false;
  /** Instant after which the running command gives up waiting for others; 0 for never. */
  deadline = 0;
  /** Adds what must go along with the writes, such as the retry record, right before a commit. */
  beforeCommit: ((writes: WriteSet) => void) | null = null;
  #view: View | null = null;
  readonly #locks = new Set<string>();
  readonly #entered = new Set<Collection>();
  /** Those who wait until it has given back all its locks. */
  #waiting: (() => void)[] = [];

  constructor(engine: Engine, isTransaction: boolean) {
    this.engine = engine;
    this.isTransaction = isTransaction;
  }

  #checkOpen(): void {
    if (this.#over) throw new DatabaseError("NoSuchTransaction", "the transaction has ended");
  }

  #released(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** What this operation reads: a transaction's one snapshot, or the newest state for a plain command. */
  view(): View {
    this.#checkOpen();
    if (this.#view && !this.isTransaction && this.#view.snapshot.version !== this.engine.store.version)
      this.#closeView();
    this.#view ??= new View(this.engine.store, this.writes);
    return this.#view;
  }

  #closeView(): void {
    this.#view?.close();
    this.#view = null;
  }

  /** Registers as a writer of a collection; waits while an index build or a drop has it. */
  async enter(collection: Collection): Promise<void> {
    if (this.#entered.has(collection)) return;
    while (collection.exclusive) {
      await this.flush();
      await waitUntil(collection.exclusive, this.deadline);
    }
    this.#checkOpen();
    collection.checkKept();
    if (!collection.persisted) this.engine.catalog.checkCase(collection);
    collection.writers++;
    this.#entered.add(collection);
  }

  /**
   * Takes locks. True: all are held and nothing was waited for, so what was read before is still right.
   * False (plain commands only): it waited, own writes are durable, and the statement must start again.
   * A transaction that meets another owner fails with WriteConflict instead.
   */
  tryLock(keys: readonly string[]): true | Promise<false> {
    this.#checkOpen();
    const { locks } = this.engine;
    const blocker = keys.map((key) => locks.get(key)).find((holder) => holder && holder !== this);
    if (blocker) return this.#wait(blocker);
    for (const key of keys) {
      locks.set(key, this);
      this.#locks.add(key);
    }
    return true;
  }

  async #wait(blocker: Operation): Promise<false> {
    if (this.isTransaction) {
      // A commit under way ends in a moment; failing only then keeps the retry from spinning.
      if (blocker.#committing) await blocker.#released();
      throw writeConflict();
    }
    const free = blocker.#released();
    await this.flush();
    await waitUntil(free, this.deadline);
    return false;
  }

  /** The newest value of a locked key. A transaction throws WriteConflict when it changed after its snapshot. */
  latest(space: Space, key: string): Buffer | undefined {
    const own = this.writes[space].get(key);
    if (own !== undefined) return own ?? undefined;
    const { store } = this.engine;
    if (!this.isTransaction) return store.get(space, key);
    const { snapshot } = this.view();
    const seen = store.get(space, key, snapshot);
    if (snapshot.version !== store.version && !sameBytes(seen, store.get(space, key))) throw writeConflict();
    return seen;
  }

  /** Keeps a plain command's memory bounded; checks a transaction's. */
  relieve(): Promise<void> | undefined {
    const { bytes, size } = this.writes;
    if (!this.isTransaction) return bytes > FLUSH_BYTES || size > FLUSH_KEYS ? this.commit() : undefined;
    if (bytes > MAX_TRANSACTION_BYTES)
      throw new DatabaseError(257, "the transaction is too large (256 MiB of changes)");
    return undefined;
  }

  /** Plain commands: makes the staged statements durable and gives back the locks. */
  async flush(): Promise<void> {
    if (!this.isTransaction) await this.commit();
  }

  /** Makes everything staged durable in one step, then gives back locks. */
  async commit(): Promise<void> {
    this.#committing = true;
    this.#over = this.isTransaction;
    try {
      if (this.writes.size > 0) this.beforeCommit?.(this.writes);
      await this.engine.catalog.commit(this.writes);
    } finally {
      this.#committing = false;
      this.end();
    }
  }

  /** Gives everything back; staged writes are gone. Safe to call again. */
  end(): void {
    this.#over = this.isTransaction;
    this.writes.clear();
    this.#closeView();
    for (const key of this.#locks) this.engine.locks.delete(key);
    this.#locks.clear();
    for (const collection of this.#entered) collection.writers--;
    this.#entered.clear();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function sameBytes(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}
