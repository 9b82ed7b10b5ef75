export type Space = "docs" | "entries" | "meta";

/** Keys as latin1 strings: they hash fast and compare byte by byte, as LMDB does. */
export function keyText(key: Buffer): string {
  return key.latin1Slice();
}

export function keyBytes(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

const EMPTY = Buffer.alloc(0);

/**
 * Writes that are not on disk yet: of one statement, one command or one transaction.
 * `null` means deleted. It also remembers how collection sizes change and which unique keys it takes.
 */
export class WriteSet {
  readonly docs = new Map<string, Buffer | null>();
  readonly entries = new Map<string, Buffer | null>();
  readonly meta = new Map<string, Buffer | null>();
  /** Change of the number of documents and of their bytes, by collection id. */
  readonly growth = new Map<number, { count: number; bytes: number }>();
  /** Unique index keys taken (document key) or freed (null) here. */
  readonly claims = new Map<string, string | null>();
  /** Ids of collections whose catalog record must go along; it is written as it stands at the commit. */
  readonly catalogChanges = new Set<number>();
  bytes = 0;

  get size(): number {
    return this.docs.size + this.entries.size + this.meta.size;
  }

  put(space: Space, key: string, value: Buffer | null): void {
    this[space].set(key, value);
    this.bytes += key.length + (value ?? EMPTY).length + 64;
  }

  grow(collectionId: number, count: number, bytes: number): void {
    const before = this.growth.get(collectionId) ?? { count: 0, bytes: 0 };
    this.growth.set(collectionId, { count: before.count + count, bytes: before.bytes + bytes });
  }

  /** Keys of this set inside [low, high), in order; high `null` is open. */
  keysBetween(space: Space, low: string, high: string | null): string[] {
    const found: string[] = [];
    for (const key of this[space].keys()) if (key >= low && (high === null || key < high)) found.push(key);
    return found.sort();
  }

  clear(): void {
    this.docs.clear();
    this.entries.clear();
    this.meta.clear();
    this.growth.clear();
    this.claims.clear();
    this.catalogChanges.clear();
    this.bytes = 0;
  }
}
