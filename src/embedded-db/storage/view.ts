import { DatabaseError } from "../errors.ts";
import type { Snapshot } from "./lmdb-file.ts";
import { type Entry, type Range, Store } from "./store.ts";
import { keyBytes, keyText, type Space, WriteSet } from "./write-set.ts";

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

  constructor(store: Store, writes: WriteSet | null = null, snapshot: Snapshot = store.snapshot()) {
    this.store = store;
    this.snapshot = snapshot;
    this.writes = writes;
  }

  get(space: Space, key: string): Buffer | undefined {
    const own = this.writes?.[space].get(key);
    if (own !== undefined) return own ?? undefined;
    return this.store.get(space, keyBytes(key), this.snapshot);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.store.release(this.snapshot);
  }

  /** Entries of a range in order, with own writes merged in. */
  *range(range: Range): Generator<Entry, void, undefined> {
    const own = this.#ownEntries(range);
    if (own.length === 0) {
      yield* this.#stored(range);
      return;
    }
    yield* merge(this.#stored(range), own, range.reverse);
  }

  #ownEntries(range: Range): [string, Buffer | null][] {
    if (!this.writes || this.writes[range.space].size === 0) return [];
    const space = this.writes[range.space];
    const keys = this.writes.keysBetween(range.space, keyText(range.low), keyText(range.high));
    if (range.reverse) keys.reverse();
    return keys.map((key) => [key, space.get(key) ?? null]);
  }

  *#stored(range: Range): Generator<Entry, void, undefined> {
    let rest = range;
    for (let size = FIRST_CHUNK; ; size = Math.min(size * 2, MAX_CHUNK)) {
      if (!this.#open) throw new DatabaseError("Interrupted", "the operation's transaction has ended");
      const chunk = this.store.read(rest, size, this.snapshot);
      yield* chunk;
      const last = chunk.at(-1);
      if (!last || chunk.length < size) return;
      rest = after(rest, last.key);
    }
  }

  /** Number of entries of a range. */
  count(range: Range): number {
    const stored = this.store.countKeys({ ...range, reverse: false }, this.snapshot);
    let change = 0;
    for (const [key, value] of this.#ownEntries(range)) {
      const before = this.store.get(range.space, keyBytes(key), this.snapshot) !== undefined;
      change += Number(value !== null) - Number(before);
    }
    return stored + change;
  }
}

const ZERO = Buffer.from([0]);

/** The rest of a range behind this key. */
export function after(range: Range, key: Buffer): Range {
  return range.reverse ? { ...range, high: key } : { ...range, low: Buffer.concat([key, ZERO]) };
}

function* merge(
  stored: Generator<Entry, void, undefined>,
  own: [string, Buffer | null][],
  reverse: boolean,
): Generator<Entry, void, undefined> {
  let next = 0;
  for (const entry of stored) {
    const key = keyText(entry.key);
    for (; next < own.length; next++) {
      const [ownKey, value] = own[next] as [string, Buffer | null];
      if (reverse ? ownKey <= key : ownKey >= key) break;
      if (value) yield { key: keyBytes(ownKey), value };
    }
    if (own[next]?.[0] !== key) yield entry;
  }
  for (; next < own.length; next++) {
    const [ownKey, value] = own[next] as [string, Buffer | null];
    if (value) yield { key: keyBytes(ownKey), value };
  }
}
