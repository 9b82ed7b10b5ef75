import { DatabaseError } from "../errors.ts";
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  type Doc,
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

function cstringEnd(bytes: Buffer, start: number, limit: number): number {
  let at = start;
  while (at < limit && bytes[at] !== 0) at++;
  if (at >= limit) throw invalid("unterminated name");
  return at;
}

function readString(bytes: Buffer, at: number): string {
  const size = bytes.readInt32LE(at);
  if (size < 1 || at + 4 + size > bytes.length || bytes[at + 3 + size] !== 0) throw invalid("bad string");
  return readText(bytes, at + 4, at + 3 + size);
}

function readDate(bytes: Buffer, at: number): Date {
  const ms = Number(bytes.readBigInt64LE(at));
  if (Math.abs(ms) > 8.64e15) throw new DatabaseError("BadValue", "a date outside the years -271821..275760");
  return new Date(ms);
}

function readRegex(bytes: Buffer, at: number): BSONRegExp {
  const mid = cstringEnd(bytes, at, bytes.length);
  const end = cstringEnd(bytes, mid + 1, bytes.length);
  return new BSONRegExp(bytes.utf8Slice(at, mid), bytes.latin1Slice(mid + 1, end));
}

function readBinary(bytes: Buffer, at: number): Binary {
  const size = bytes.readInt32LE(at);
  // A copy: the message buffer must not live as long as the value.
  return new Binary(Buffer.from(bytes.subarray(at + 5, at + 5 + size)), bytes[at + 4] as number);
}

function readScalar(type: number, bytes: Buffer, at: number): Value {
  switch (type) {
    case 8:
      return bytes[at] === 1;
    case 10:
      return null;
    case 1:
      return bytes.readDoubleLE(at);
    case 18:
      return bytes.readBigInt64LE(at);
    case 9:
      return readDate(bytes, at);
    case 255:
      return new MinKey();
    case 127:
      return new MaxKey();
    default:
      return readRare(type, bytes, at);
  }
}

function readRare(type: number, bytes: Buffer, at: number): Value {
  switch (type) {
    case 5:
      return readBinary(bytes, at);
    case 11:
      return readRegex(bytes, at);
    case 13:
      return new Code(readString(bytes, at));
    case 17:
      return Timestamp.fromBits(bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4));
    case 19:
      return new Decimal128(Buffer.from(bytes.subarray(at, at + 16)));
    default:
      throw new DatabaseError("BadValue", `BSON type ${type} is not supported by the embedded database`);
  }
}

const FIXED_SIZES = new Map([
  [1, 8],
  [7, 12],
  [8, 1],
  [9, 8],
  [10, 0],
  [16, 4],
  [17, 8],
  [18, 8],
  [19, 16],
  [255, 0],
  [127, 0],
]);

function sizeAt(bytes: Buffer, at: number): number {
  const size = bytes.readInt32LE(at);
  if (size < 0 || at + size > bytes.length) throw invalid("a value runs past its document");
  return size;
}

/** Bytes of a value of this type at this offset; refuses types that this database does not store. */
export function sizeOf(type: number, bytes: Buffer, at: number): number {
  const fixed = FIXED_SIZES.get(type);
  if (fixed !== undefined) return fixed;
  switch (type) {
    case 2:
    case 13:
      return 4 + sizeAt(bytes, at);
    case 3:
    case 4:
      return sizeAt(bytes, at);
    case 5:
      return 5 + sizeAt(bytes, at);
    case 11:
      return cstringEnd(bytes, cstringEnd(bytes, at, bytes.length) + 1, bytes.length) + 1 - at;
    default:
      throw new DatabaseError("BadValue", `BSON type ${type} is not supported by the embedded database`);
  }
}

/** One value of this type at this offset. */
export function readValue(type: number, bytes: Buffer, at: number): Value {
  switch (type) {
    case 2:
      return readString(bytes, at);
    case 16:
      return new Int32(bytes.readInt32LE(at));
    case 7:
      return new ObjectId(Buffer.from(bytes.subarray(at, at + 12)));
    case 3:
      return decodeDoc(bytes, at);
    case 4:
      return decodeArray(bytes, at);
    default:
      return readScalar(type, bytes, at);
  }
}

let depth = 0;

function body(bytes: Buffer, at: number): number {
  const size = bytes.readInt32LE(at);
  if (size < 5 || at + size > bytes.length || bytes[at + size - 1] !== 0) throw invalid("bad document size");
  return at + size - 1;
}

function decodeArray(bytes: Buffer, start: number): Value[] {
  const end = body(bytes, start);
  const items: Value[] = [];
  if (++depth > MAX_DEPTH) throw tooDeep();
  for (let at = start + 4; at < end; ) {
    const type = bytes[at] as number;
    const valueAt = cstringEnd(bytes, at + 1, end) + 1;
    items.push(readValue(type, bytes, valueAt));
    at = valueAt + sizeOf(type, bytes, valueAt);
  }
  depth--;
  return items;
}

function tooDeep(): DatabaseError {
  depth = 0;
  return new DatabaseError("OverflowError", "documents nest at most 180 levels deep");
}

/** The whole document at this offset. Throws InvalidBSON for malformed bytes. */
export function decodeDoc(bytes: Buffer, start = 0): Doc {
  return decodeFields(bytes, null, start);
}

/** Only the named top-level fields (all of them for null): scans must not pay for what no one asks for. */
export function decodeFields(bytes: Buffer, wanted: ReadonlySet<string> | null, start = 0): Doc {
  const end = body(bytes, start);
  const doc: Doc = new Map();
  if (++depth > MAX_DEPTH) throw tooDeep();
  let left = wanted === null ? -1 : wanted.size;
  for (let at = start + 4; at < end && left !== 0; ) {
    const type = bytes[at] as number;
    const nameEnd = cstringEnd(bytes, at + 1, end);
    const name = readText(bytes, at + 1, nameEnd);
    at = nameEnd + 1;
    if (wanted === null || wanted.has(name)) {
      doc.set(name, readValue(type, bytes, at));
      left--;
    }
    at += sizeOf(type, bytes, at);
  }
  depth--;
  return doc;
}

export interface Element {
  name: string;
  type: number;
  /** Offset of the type byte. */
  start: number;
  valueAt: number;
  end: number;
}

/** Walks the top-level elements and, for `deep`, proves that every nested value is well formed and storable. */
export function walkElements(bytes: Buffer, start: number, visit: (element: Element) => void): void {
  const end = body(bytes, start);
  for (let at = start + 4; at < end; ) {
    const type = bytes[at] as number;
    const nameEnd = cstringEnd(bytes, at + 1, end);
    const valueAt = nameEnd + 1;
    const next = valueAt + sizeOf(type, bytes, valueAt);
    if (next > end) throw invalid("a value runs past its document");
    visit({ name: readText(bytes, at + 1, nameEnd), type, start: at, valueAt, end: next });
    at = next;
  }
}

/** Proves nested documents well formed, without building them. */
export function validateNested(bytes: Buffer, start: number, level = 1): void {
  if (level > MAX_DEPTH) throw tooDeep();
  const end = body(bytes, start);
  for (let at = start + 4; at < end; ) {
    const type = bytes[at] as number;
    const valueAt = cstringEnd(bytes, at + 1, end) + 1;
    if (type === 3 || type === 4) validateNested(bytes, valueAt, level + 1);
    at = valueAt + sizeOf(type, bytes, valueAt);
    if (at > end) throw invalid("a value runs past its document");
  }
}

/** The decoded form of a row, whichever form it travels in. */
export function toDoc(row: Doc | RawDoc): Doc {
  return row instanceof RawDoc ? decodeDoc(row.bytes) : row;
}

/** As `toDoc`, but free to leave out what is not in `wanted`. */
export function toFields(row: Doc | RawDoc, wanted: ReadonlySet<string> | null): Doc {
  return row instanceof RawDoc ? decodeFields(row.bytes, wanted) : row;
}
