import { badValue, DatabaseError } from "../errors.ts";
import {
  type Binary,
  type BSONRegExp,
  type Code,
  type Decimal128,
  type Doc,
  type Int32,
  type ObjectId,
  RawDoc,
  type Timestamp,
  typeOf,
  type Value,
} from "./values.ts";

export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** A growing buffer, reused between messages: nothing here is asynchronous, so one is enough. */
let out = Buffer.allocUnsafe(64 * 1024);
let at = 0;

function room(bytes: number): void {
  if (at + bytes <= out.length) return;
  const bigger = Buffer.allocUnsafe(Math.max(out.length * 2, at + bytes + 1024));
  out.copy(bigger, 0, 0, at);
  out = bigger;
}

function writeName(name: string): void {
  room(name.length * 3 + 1);
  // ASCII by hand: for short names several times faster.
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code === 0) throw badValue("a field name cannot contain a null byte");
    if (code > 127) {
      at += out.utf8Write(name.slice(i), at);
      break;
    }
    out[at++] = code;
  }
  out[at++] = 0;
}

// Each of these writes a value at `at` and answers where it ends.

function writeString(text: string): number {
  room(text.length * 3 + 8);
  const size = out.utf8Write(text, at + 4);
  out.writeInt32LE(size + 1, at);
  return out.writeUInt8(0, at + 4 + size);
}

function writeBytes(bytes: Uint8Array): number {
  room(bytes.length + 8);
  out.set(bytes, at);
  return at + bytes.length;
}

function writeBinary(value: Binary): number {
  at = out.writeInt32LE(value.position, at);
  at = out.writeUInt8(value.sub_type, at);
  return writeBytes(value.value());
}

function writeRegex(value: BSONRegExp): number {
  writeName(value.pattern);
  writeName(value.options);
  return at;
}

/** Dates and timestamps as two halves: every reply has some, and a BigInt each would cost more than the rest of it. */
function writeHalves(low: number, high: number): number {
  return out.writeInt32LE(high | 0, out.writeInt32LE(low | 0, at));
}

function writeDate(value: Date): number {
  const ms = value.getTime();
  if (Number.isNaN(ms)) throw new RangeError("an invalid date cannot be stored");
  const high = Math.floor(ms / 2 ** 32);
  return writeHalves(ms - high * 2 ** 32, high);
}

function writeDoc(doc: Doc | RawDoc | Value[]): number {
  if (doc instanceof RawDoc) return writeBytes(doc.bytes);
  const start = at;
  at += 4;
  if (Array.isArray(doc)) for (let i = 0; i < doc.length; i++) writeElement(String(i), doc[i] as Value);
  else for (const [name, value] of doc) writeElement(name, value);
  room(2);
  out[at++] = 0;
  out.writeInt32LE(at - start, start);
  return at;
}

const WRITERS: Record<number, (value: never) => number> = {
  1: (value: number) => out.writeDoubleLE(value, at),
  2: writeString,
  3: writeDoc,
  4: writeDoc,
  5: writeBinary,
  7: (value: ObjectId) => writeBytes(value.id),
  8: (value: boolean) => out.writeUInt8(value ? 1 : 0, at),
  9: writeDate,
  11: writeRegex,
  13: (value: Code) => writeString(value.code),
  16: (value: Int32) => out.writeInt32LE(value.value, at),
  17: (value: Timestamp) => writeHalves(value.low, value.high),
  18: (value: bigint) => out.writeBigInt64LE(value, at),
  19: (value: Decimal128) => writeBytes(value.bytes),
};

function writeElement(name: string, value: Value): void {
  const type = typeOf(value);
  room(1);
  out[at++] = type & 255;
  writeName(name);
  room(16);
  // Null, MinKey and MaxKey are no more than their type.
  const write = WRITERS[type];
  if (write) at = write(value as never);
}

/** BSON bytes of a document, after `reserve` bytes left free for a header. */
export function encodeDoc(doc: Doc, reserve = 0): Buffer {
  at = reserve;
  room(16);
  at = writeDoc(doc);
  const bytes = Buffer.from(out.subarray(0, at));
  if (out.length > 4 * 1024 * 1024) out = Buffer.allocUnsafe(64 * 1024);
  return bytes;
}

/** The same bytes. Throws BSONObjectTooLarge over 16 MiB. */
export function checkSize(bytes: Buffer): Buffer {
  if (bytes.length <= MAX_DOCUMENT_BYTES) return bytes;
  throw new DatabaseError(
    "BSONObjectTooLarge",
    `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES}`,
  );
}

/** Bytes of a document that is to be stored. */
export function encodeStored(doc: Doc): Buffer {
  return checkSize(encodeDoc(doc));
}
