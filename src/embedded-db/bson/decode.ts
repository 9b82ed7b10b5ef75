import { DatabaseError } from "../errors.ts";
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  type Doc,
  FIXED_SIZES,
  Int32,
  MaxKey,
  MinKey,
  ObjectId,
  RawDoc,
  Timestamp,
  type Value,
} from "./values.ts";

const MAX_DEPTH = 180;

function invalid(message: string): DatabaseError {
  return new DatabaseError("InvalidBSON", message);
}

/** ASCII by hand: for the short names of fields this is several times faster than the UTF-8 decoder. */
function readText(bytes: Buffer, start: number, end: number): string {
  if (end - start > 24) return bytes.utf8Slice(start, end);
  let text = "";
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte > 127) return bytes.utf8Slice(start, end);
    text += String.fromCharCode(byte);
  }
  return text;
}

function cstringEnd(bytes: Buffer, start: number, limit = bytes.length): number {
  let at = start;
  while (at < limit && bytes[at] !== 0) at++;
  if (at >= limit) throw invalid("unterminated name");
  return at;
}

function readString(bytes: Buffer, at: number): string {
  const end = at + 3 + bytes.readInt32LE(at);
  if (end < at + 4 || bytes[end] !== 0) throw invalid("bad string");
  return readText(bytes, at + 4, end);
}

function readDate(bytes: Buffer, at: number): Date {
  const ms = Number(bytes.readBigInt64LE(at));
  if (Math.abs(ms) > 8.64e15) throw new DatabaseError("BadValue", "a date outside the years -271821..275760");
  return new Date(ms);
}

function readRegex(bytes: Buffer, at: number): BSONRegExp {
  const mid = cstringEnd(bytes, at);
  return new BSONRegExp(bytes.utf8Slice(at, mid), bytes.latin1Slice(mid + 1, cstringEnd(bytes, mid + 1)));
}

/** A copy: the buffer of a message must not live as long as a value. */
function copy(bytes: Buffer, start: number, size: number): Buffer {
  return Buffer.from(bytes.subarray(start, start + size));
}

const READERS: Record<number, (bytes: Buffer, at: number) => Value> = {
  1: (bytes, at) => bytes.readDoubleLE(at),
  2: readString,
  5: (bytes, at) => new Binary(copy(bytes, at + 5, bytes.readInt32LE(at)), bytes[at + 4] as number),
  7: (bytes, at) => new ObjectId(copy(bytes, at, 12)),
  8: (bytes, at) => bytes[at] === 1,
  9: readDate,
  10: () => null,
  11: readRegex,
  13: (bytes, at) => new Code(readString(bytes, at)),
  16: (bytes, at) => new Int32(bytes.readInt32LE(at)),
  17: (bytes, at) => Timestamp.fromBits(bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)),
  18: (bytes, at) => bytes.readBigInt64LE(at),
  19: (bytes, at) => new Decimal128(copy(bytes, at, 16)),
  127: () => new MaxKey(),
  255: () => new MinKey(),
};

/** Bytes around those that the length at the start of a value counts. */
const COUNTED: Record<number, number> = { 2: 4, 3: 0, 4: 0, 5: 5, 13: 4 };

/** Bytes of a value; refuses types that this database does not store. */
function sizeOf(type: number, bytes: Buffer, at: number): number {
  const fixed = FIXED_SIZES.get(type);
  if (fixed !== undefined) return fixed;
  if (type === 11) return cstringEnd(bytes, cstringEnd(bytes, at) + 1) + 1 - at;
  const around = COUNTED[type];
  if (around === undefined)
    throw new DatabaseError("BadValue", `BSON type ${type} is not supported by the embedded database`);
  const size = bytes.readInt32LE(at);
  if (size < 0) throw invalid("a value of negative size");
  return around + size;
}

/**
 * Walks the elements of the document at an offset: after each `next()` that is true, the fields tell of one.
 * One object for all of them, because scans meet millions. Throws InvalidBSON for malformed bytes.
 */
export class Elements {
  type = 0;
  /** Offsets of the type byte, of the value and of what follows it. */
  start = 0;
  valueAt = 0;
  end: number;
  private readonly bytes: Buffer;
  private readonly limit: number;
  private readonly depth: number;

  constructor(bytes: Buffer, start = 0, depth = 1) {
    const size = bytes.readInt32LE(start);
    if (size < 5 || bytes[start + size - 1] !== 0) throw invalid("bad document size");
    if (depth > MAX_DEPTH) throw new DatabaseError("OverflowError", "documents nest at most 180 levels deep");
    this.bytes = bytes;
    this.end = start + 4;
    this.limit = start + size - 1;
    this.depth = depth;
  }

  next(): boolean {
    if (this.end >= this.limit) return false;
    this.start = this.end;
    this.type = this.bytes[this.start] as number;
    this.valueAt = cstringEnd(this.bytes, this.start + 1, this.limit) + 1;
    this.end = this.valueAt + sizeOf(this.type, this.bytes, this.valueAt);
    if (this.end > this.limit) throw invalid("a value runs past its document");
    return true;
  }

  name(): string {
    return readText(this.bytes, this.start + 1, this.valueAt - 1);
  }

  value(): Value {
    if (this.type === 3) return readFields(this.nested(), null);
    if (this.type === 4) return readItems(this.nested());
    return (READERS[this.type] as (typeof READERS)[number])(this.bytes, this.valueAt);
  }

  /** The elements of a document or array. */
  nested(): Elements {
    return new Elements(this.bytes, this.valueAt, this.depth + 1);
  }

  /** Proves the value well formed at every depth, without building it. */
  check(): void {
    if (this.type !== 3 && this.type !== 4) return;
    for (const inner = this.nested(); inner.next(); ) inner.check();
  }
}

function readItems(elements: Elements): Value[] {
  const items: Value[] = [];
  while (elements.next()) items.push(elements.value());
  return items;
}

function readFields(elements: Elements, wanted: ReadonlySet<string> | null): Doc {
  const doc: Doc = new Map();
  while ((wanted === null || doc.size < wanted.size) && elements.next()) {
    const name = elements.name();
    if (wanted === null || wanted.has(name)) doc.set(name, elements.value());
  }
  return doc;
}

/** The whole document at this offset. */
export function decodeDoc(bytes: Buffer, start = 0): Doc {
  return readFields(new Elements(bytes, start), null);
}

/** Only the named top-level fields (all of them for null): scans must not pay for what no one asks for. */
export function decodeFields(bytes: Buffer, wanted: ReadonlySet<string> | null): Doc {
  return readFields(new Elements(bytes), wanted);
}

/** The decoded form of a row, whichever form it travels in. */
export function toDoc(row: Doc | RawDoc): Doc {
  return toFields(row, null);
}

/** As `toDoc`, but free to leave out what is not in `wanted`. */
export function toFields(row: Doc | RawDoc, wanted: ReadonlySet<string> | null): Doc {
  return row instanceof RawDoc ? decodeFields(row.bytes, wanted) : row;
}
