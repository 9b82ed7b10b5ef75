import { badValue, DatabaseError } from "../errors.ts";
import { Output } from "./output.ts";
import {
  type Binary,
  type BSONRegExp,
  type Code,
  type Decimal128,
  type Doc,
  type Int32,
  type Missing,
  type ObjectId,
  RawDoc,
  type Timestamp,
  typeOf,
  type Value,
} from "./values.ts";

export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

const out = new Output();

// Each of these writes a value at `out.at` and answers where it ends.

function writeName(name: string): number {
  if (name.includes("\0")) throw badValue("a field name cannot contain a null byte");
  out.text(name);
  return out.byte(0);
}

function writeString(text: string): number {
  const start = out.at;
  out.at += 4;
  out.text(text);
  out.bytes.writeInt32LE(out.byte(0) - start - 4, start);
  return out.at;
}

function writeBinary(value: Binary): number {
  out.at = out.bytes.writeInt32LE(value.position, out.at);
  out.byte(value.sub_type);
  return out.raw(value.value());
}

function writeRegex(value: BSONRegExp): number {
  writeName(value.pattern);
  return writeName(value.options);
}

/** Dates and timestamps as two halves: every reply has some, and a BigInt each would cost more than the rest of it. */
function writeHalves(low: number, high: number): number {
  return out.bytes.writeInt32LE(high | 0, out.bytes.writeInt32LE(low | 0, out.at));
}

function writeDate(value: Date): number {
  const ms = value.getTime();
  if (Number.isNaN(ms)) throw new RangeError("an invalid date cannot be stored");
  const high = Math.floor(ms / 2 ** 32);
  return writeHalves(ms - high * 2 ** 32, high);
}

function writeDoc(doc: Doc | RawDoc | Value[]): number {
  if (doc instanceof RawDoc) return out.raw(doc.bytes);
  const start = out.at;
  out.at += 4;
  if (Array.isArray(doc)) for (const [i, value] of doc.entries()) writeElement(String(i), value);
  else for (const [name, value] of doc) writeElement(name, value);
  out.bytes.writeInt32LE(out.byte(0) - start, start);
  return out.at;
}

const WRITERS: Record<number, (value: never) => number> = {
  1: (value: number) => out.bytes.writeDoubleLE(value, out.at),
  2: writeString,
  3: writeDoc,
  4: writeDoc,
  5: writeBinary,
  7: (value: ObjectId) => out.raw(value.id),
  8: (value: boolean) => out.byte(value ? 1 : 0),
  9: writeDate,
  11: writeRegex,
  13: (value: Code) => writeString(value.code),
  16: (value: Int32) => out.bytes.writeInt32LE(value.value, out.at),
  17: (value: Timestamp) => writeHalves(value.low, value.high),
  18: (value: bigint) => out.bytes.writeBigInt64LE(value, out.at),
  19: (value: Decimal128) => out.raw(value.bytes),
};

function writeElement(name: string, value: Value | Missing): void {
  const type = typeOf(value);
  out.byte(type & 255);
  writeName(name);
  out.room(16);
  // Null, MinKey and MaxKey are no more than their type.
  const write = WRITERS[type];
  if (write) out.at = write(value as never);
}

/** BSON bytes of a document, after `reserve` bytes left free for a header. */
export function encodeDoc(doc: Doc, reserve = 0): Buffer {
  out.begin();
  out.room(reserve + 16);
  out.at = reserve;
  writeDoc(doc);
  return out.copy();
}

/** Bytes of one value that stands alone; those of a missing one differ from all others. */
function bytesOf(value: Value | Missing): Buffer {
  out.begin();
  writeElement("", value);
  return out.copy();
}

/** Same type, same bits, same field order: what decides whether an update changed anything. */
export function identicalValues(a: Value | Missing, b: Value | Missing): boolean {
  return bytesOf(a).equals(bytesOf(b));
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
