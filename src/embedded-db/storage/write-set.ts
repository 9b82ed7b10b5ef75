import type { Collection } from "./catalog.ts";

export type Space = "docs" | "entries" | "meta";
const SPACES: readonly Space[] = ["docs", "entries", "meta"];

/** Keys as latin1 strings: they hash fast and compare byte by byte, as LMDB does. */
export const keyText = (key: Buffer): string => key.latin1Slice();
export const keyBytes = (text: string): Buffer => Buffer.from(text, "latin1");

/** A written value, or null for a deleted one. */
export type Written = Buffer | null;

/**
 * Writes that are not on disk yet: of one statement, one command or one transaction.
 * It also remembers how collection sizes change and which unique keys it takes.
 */
export class WriteSet {
  readonly docs = new Map<string, Written>();
  readonly entries = new Map<string, Written>();
  readonly meta = new Map<string, Written>();
  /** Change of the number of documents and of their bytes. */
  readonly growth = new Map<Collection, { count: number; bytes: number }>();
  /** Unique index keys taken (document key) or freed (null) here. */
  readonly claims = new Map<string, string | null>();
  /** Collections whose catalog record must go along; it is written as it stands at the commit. */
  readonly catalogChanges = new Set<Collection>();
  bytes = 0;

  get size(): number {
    return this.docs.size + this.entries.size + this.meta.size;
  }

  put(space: Space, key: string, value: Written): void {
    this[space].set(key, value);
    this.bytes += key.length + (value?.length ?? 0) + 64;
  }

  /** Notes how a document's change changes the size of its collection. */
  grow(collection: Collection, from: Written, to: Written): void {
    const { count, bytes } = this.growth.get(collection) ?? { count: 0, bytes: 0 };
    this.growth.set(collection, {
      count: count + Number(to !== null) - Number(from !== null),
      bytes: bytes + (to?.length ?? 0) - (from?.length ?? 0),
    });
  }

  clear(): void {
    for (const part of [this.docs, this.entries, this.meta, this.growth, this.claims, this.catalogChanges])
      part.clear();
    this.bytes = 0;
  }
}

export function* changesOf(sets: readonly WriteSet[]): Generator<[Space, string, Written]> {
  for (const set of sets) {
    for (const space of SPACES) {
      for (const [key, value] of set[space]) yield [space, key, value];
    }
  }
}

/** Of a change in a log record: space, length of the key and of the value (or that it goes); then key and value. */
const HEAD_BYTES = 7;
const REMOVED = 0xffffffff;

/** Changes of several sets as one body of a log record. */
export function encodeSets(sets: readonly WriteSet[]): Buffer {
  const parts: Buffer[] = [];
  for (const [space, key, value] of changesOf(sets)) {
    const head = Buffer.allocUnsafe(HEAD_BYTES + key.length);
    head[0] = SPACES.indexOf(space);
    head.writeUInt16LE(key.length, 1);
    head.writeUInt32LE(value?.length ?? REMOVED, 3);
    head.write(key, HEAD_BYTES, "latin1");
    parts.push(head);
    if (value) parts.push(value);
  }
  return Buffer.concat(parts);
}

/** The changes of a log record. */
export function decodeSet(bytes: Buffer): WriteSet {
  const set = new WriteSet();
  for (let at = 0; at < bytes.length; ) {
    const keyEnd = at + HEAD_BYTES + bytes.readUInt16LE(at + 1);
    const length = bytes.readUInt32LE(at + 3);
    const end = length === REMOVED ? keyEnd : keyEnd + length;
    const key = bytes.latin1Slice(at + HEAD_BYTES, keyEnd);
    const value = length === REMOVED ? null : bytes.subarray(keyEnd, end);
    set.put(SPACES[bytes[at] as number] as Space, key, value);
    at = end;
  }
  return set;
}
