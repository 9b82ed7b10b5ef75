/** Someone who holds locks: one running statement or one transaction. */
export interface Owner {
  readonly isTransaction: boolean;
  /** Resolves when the owner has given back all its locks. */
  readonly released: Promise<void>;
  /** True once its commit is on the way to the disk. */
  readonly committing: boolean;
}

/** Locks on documents and on unique index keys. Nothing waits inside: whoever finds one taken decides. */
export class LockTable {
  readonly #holders = new Map<string, Owner>();

  /** Takes all the locks or none; returns who stands in the way, if anyone. */
  take(keys: readonly string[], owner: Owner): Owner | null {
    for (const key of keys) {
      const holder = this.#holders.get(key);
      if (holder && holder !== owner) return holder;
    }
    for (const key of keys) this.#holders.set(key, owner);
    return null;
  }

  release(keys: Iterable<string>): void {
    for (const key of keys) this.#holders.delete(key);
  }
}
