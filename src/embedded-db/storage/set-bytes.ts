import type { Space, WriteSet } from "./write-set.ts";

const SPACES: readonly Space[] = ["docs", "entries", "meta"];
const REMOVED = 0xffffffff;
const HEAD_BYTES = 7;

/** Changes of several sets as one body of a log record: space, lengths, key and value (or that it goes), one after the other. */
export function encodeSets(sets: readonly WriteSet[]): Buffer {
  let size = 0;
  for (const [, key, value] of changesOf(sets)) size += HEAD_BYTES + key.length + (value?.length ?? 0);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const [space, key, value] of changesOf(sets)) {
    bytes[at] = SPACES.indexOf(space);
    bytes.writeUInt16LE(key.length, at + 1);
    bytes.writeUInt32LE(value?.length ?? REMOVED, at + 3);
    at += HEAD_BYTES;
    at += bytes.write(key, at, "latin1");
    if (value) at += value.copy(bytes, at);
  }
  return bytes;
}

export function* changesOf(sets: readonly WriteSet[]): Generator<[Space, string, Buffer | null]> {
  for (const set of sets) {
    for (const space of SPACES) {
      for (const [key, value] of set[space]) yield [space, key, value];
    }
  }
}

/** Puts the changes of a log record into a set. */
export function decodeInto(set: WriteSet, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    const space = SPACES[bytes[at] as number] as Space;
    const keyEnd = at + HEAD_BYTES + bytes.readUInt16LE(at + 1);
    const length = bytes.readUInt32LE(at + 3);
    const key = bytes.latin1Slice(at + HEAD_BYTES, keyEnd);
    const end = length === REMOVED ? keyEnd : keyEnd + length;
    set.put(space, key, length === REMOVED ? null : bytes.subarray(keyEnd, end));
    at = end;
  }
}
