import { DatabaseError } from "../errors.ts";
import type { Entry, Range, Snapshot, Store } from "./store.ts";
import { keyBytes, keyText, type Space, type WriteSet, type Written } from "./write-set.ts";

/** Handed up by a reading pipeline when it has used its slice of time: the caller lets others run, then goes on. */
export const PAUSE = Symbol("pause");
export type Paused = typeof PAUSE;

const FIRST_CHUNK = 32;
const MAX_CHUNK = 512;

/**
 * What one operation sees: a snapshot of the disk and, over it, the operation's own writes.
 * Close it when done, once.
 */
export class View {
  readonly store: Store;
  readonly snapshot: Snapshot;
  readonly writes: WriteSet | null;
  #open = true;

  constructor(store: Store, writes: WriteSet | null = null) {
    this.store = store;
    this.snapshot = store.snapshot();
    this.writes = writes;
  }

  get(space: Space, key: string): Buffer | undefined {
    const own = this.writes?.[space].get(key);
    return own === undefined ? this.store.get(space, key, this.snapshot) : (own ?? undefined);
  }

  close(): void {
    if (this.#open) this.store.release(this.snapshot);
    this.#open = false;
  }

  /** Entries of a range in order, with own writes merged in. */
  range(range: Range): Generator<Entry, void, undefined> {
    const own = this.#ownEntries(range);
    return own.length === 0 ? this.#stored(range) : merge(this.#stored(range), own, range.reverse);
  }

  /** Own writes inside a range, in its order. */
  #ownEntries({ space, low, high, reverse }: Range): [string, Written][] {
    const writes = this.writes?.[space];
    if (!writes || writes.size === 0) return [];
    const [from, to] = [keyText(low), keyText(high)];
    const own = [...writes].filter(([key]) => key >= from && key < to);
    own.sort(([a], [b]) => (a < b ? -1 : 1));
    return reverse ? own.reverse() : own;
  }

  *#stored(range: Range): Generator<Entry, void, undefined> {
    let rest = range;
    for (let size = FIRST_CHUNK; ; size = Math.min(size * 2, MAX_CHUNK)) {
      if (!this.#open) throw new DatabaseError("NoSuchTransaction", "the transaction has ended");
      const chunk = this.store.read(rest, size, this.snapshot);
      yield* chunk;
      const last = chunk.at(-1)?.key;
      if (!last || chunk.length < size) return;
      rest = range.reverse ? { ...rest, high: last } : { ...rest, low: Buffer.concat([last, ZERO]) };
    }
  }

  /** Number of entries of a range. */
  count(range: Range): number {
    let count = this.store.countKeys({ ...range, reverse: false }, this.snapshot);
    for (const [key, value] of this.#ownEntries(range))
      count += Number(value !== null) - Number(this.store.get(range.space, key, this.snapshot) !== undefined);
    return count;
  }
}

const ZERO = Buffer.from([0]);

function* merge(
  stored: Iterable<Entry>,
  own: [string, Written][],
  reverse: boolean,
): Generator<Entry, void, undefined> {
  let next = 0;
  /** Own entries that come before a key, or all that are left. */
  function* ownBefore(key: string | null): Generator<Entry, void, undefined> {
    for (let one = own[next]; one; one = own[++next]) {
      const [ownKey, value] = one;
      if (key !== null && (reverse ? ownKey <= key : ownKey >= key)) return;
      if (value) yield { key: keyBytes(ownKey), value };
    }
  }
  for (const entry of stored) {
    const key = keyText(entry.key);
    yield* ownBefore(key);
    if (own[next]?.[0] !== key) yield entry;
  }
  yield* ownBefore(null);
}
