import { DatabaseError } from "../errors.ts";
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
  room(name.length * 3 + 2);
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code === 0) throw new DatabaseError("BadValue", "a field name cannot contain a null byte");
    if (code > 127) {
      at += out.utf8Write(name.slice(i), at);
      break;
    }
    out[at++] = code;
  }
  out[at++] = 0;
}

function writeString(text: string): void {
  room(text.length * 3 + 8);
  const size = out.utf8Write(text, at + 4);
  out.writeInt32LE(size + 1, at);
  at += 4 + size;
  out[at++] = 0;
}

function writeBytes(bytes: Uint8Array): void {
  room(bytes.length + 8);
  out.set(bytes, at);
  at += bytes.length;
}

function writeBinary(value: Binary): void {
  room(8);
  out.writeInt32LE(value.position, at);
  out[at + 4] = value.sub_type;
  at += 5;
  writeBytes(value.buffer.subarray(0, value.position));
}

function write64(value: bigint): void {
  out.writeBigInt64LE(value, at);
  at += 8;
}

/** Dates and timestamps as two halves: every reply has some, and a BigInt each would cost more than the rest of it. */
function writeHalves(low: number, high: number): void {
  out.writeInt32LE(low | 0, at);
  out.writeInt32LE(high | 0, at + 4);
  at += 8;
}

function writeDate(ms: number): void {
  if (Number.isNaN(ms)) throw new RangeError("an invalid date cannot be stored");
  const high = Math.floor(ms / HALF);
  writeHalves(ms - high * HALF, high);
}

const HALF = 2 ** 32;

function writeScalar(type: number, value: Value): void {
  room(32);
  switch (type) {
    case 1:
      out.writeDoubleLE(value as number, at);
      at += 8;
      return;
    case 7:
      return writeBytes((value as ObjectId).id);
    case 8:
      out[at++] = value === true ? 1 : 0;
      return;
    case 9:
      return writeDate((value as Date).getTime());
    case 16:
      out.writeInt32LE((value as Int32).value, at);
      at += 4;
      return;
    case 18:
      return write64(value as bigint);
    default:
      return writeRare(type, value);
  }
}

function writeRare(type: number, value: Value): void {
  switch (type) {
    case 5:
      return writeBinary(value as Binary);
    case 11: {
      const regex = value as BSONRegExp;
      writeName(regex.pattern);
      return writeName(regex.options);
    }
    case 13:
      return writeString((value as Code).code);
    case 17:
      return writeHalves((value as Timestamp).low, (value as Timestamp).high);
    case 19:
      return writeBytes((value as Decimal128).bytes);
    default:
  }
}

function writeValue(name: string, value: Value): void {
  const type = typeOf(value);
  room(2);
  out[at++] = type & 255;
  writeName(name);
  if (type === 2) writeString(value as string);
  else if (type === 3) writeDoc(value as Doc | RawDoc);
  else if (type === 4) writeArray(value as Value[]);
  else writeScalar(type, value);
}

function writeDoc(doc: Doc | RawDoc): void {
  if (doc instanceof RawDoc) return writeBytes(doc.bytes);
  const start = open();
  for (const [name, value] of doc) writeValue(name, value);
  close(start);
}

function writeArray(items: readonly Value[]): void {
  const start = open();
  for (let i = 0; i < items.length; i++) writeValue(String(i), items[i] as Value);
  close(start);
}

function open(): number {
  room(8);
  const start = at;
  at += 4;
  return start;
}

function close(start: number): void {
  room(2);
  out[at++] = 0;
  out.writeInt32LE(at - start, start);
}

/** BSON bytes of a document, after `reserve` bytes left free for a header. */
export function encodeDoc(doc: Doc, reserve = 0): Buffer {
  at = reserve;
  room(16);
  writeDoc(doc);
  const bytes = Buffer.allocUnsafe(at);
  out.copy(bytes, 0, 0, at);
  if (out.length > 4 * 1024 * 1024) out = Buffer.allocUnsafe(64 * 1024);
  return bytes;
}

/** Bytes of a document that is to be stored. Throws BSONObjectTooLarge over 16 MiB. */
export function encodeStored(doc: Doc): Buffer {
  const bytes = encodeDoc(doc);
  if (bytes.length > MAX_DOCUMENT_BYTES) throw tooLarge(bytes.length);
  return bytes;
}

export function tooLarge(size: number): DatabaseError {
  return new DatabaseError(
    "BSONObjectTooLarge",
    `BSONObj size: ${size} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES}`,
  );
}
