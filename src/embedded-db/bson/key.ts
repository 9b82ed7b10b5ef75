import { createHash } from "node:crypto";
import { binaryBytes, classOf, NUMBER_CLASS } from "./compare.ts";
import { decodeDoc } from "./decode.ts";
import { compareNumbers, type Exact, magnitude, type Numeric, toExact } from "./numbers.ts";
import {
  type Binary,
  type BSONRegExp,
  type Code,
  type Doc,
  Int32,
  type Missing,
  type ObjectId,
  RawDoc,
  type Timestamp,
  toNumber,
  type Value,
} from "./values.ts";

/**
 * Byte strings that sort as `compareValues` does, so that LMDB's plain byte order is MongoDB's order.
 * LMDB allows 1978 bytes a key; longer parts are cut and completed by a hash, and whoever reads such an
 * entry checks the document itself.
 */
export const MAX_INDEX_PART_BYTES = 1380;
export const MAX_ID_PART_BYTES = 480;

let out = Buffer.allocUnsafe(4096);
let at = 0;

function room(bytes: number): void {
  if (at + bytes <= out.length) return;
  const bigger = Buffer.allocUnsafe(Math.max(out.length * 2, at + bytes + 64));
  out.copy(bigger, 0, 0, at);
  out = bigger;
}

/** Escaped so that no text is a prefix of another: 0 becomes 0 255, and 0 0 ends it. */
function writeEscaped(bytes: Uint8Array): void {
  room(bytes.length * 2 + 2);
  for (const byte of bytes) {
    out[at++] = byte;
    if (byte === 0) out[at++] = 255;
  }
  out[at++] = 0;
  out[at++] = 0;
}

function writeText(text: string): void {
  room(text.length * 2 + 2);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0 || code > 127) return writeEscaped(Buffer.from(text.slice(i), "utf8"));
    out[at++] = code;
  }
  out[at++] = 0;
  out[at++] = 0;
}

/** Doubles in byte order: sign bit flipped for positives, all bits for negatives. */
function writeDouble(value: number): void {
  room(9);
  out.writeDoubleBE(value === 0 ? 0 : value, at);
  if ((out[at] as number) & 128) for (let i = 0; i < 8; i++) out[at + i] = ~(out[at + i] as number) & 255;
  else out[at] = (out[at] as number) | 128;
  at += 8;
}

/** NaN 0, -Infinity.. as doubles; whatever no Double holds exactly follows as decimal digits. */
function writeNumber(value: Numeric): void {
  const near = value instanceof Int32 ? value.value : toNumber(value);
  room(10);
  if (Number.isNaN(near)) {
    out[at++] = 0;
    return;
  }
  out[at++] = 1;
  if (typeof value === "number" || value instanceof Int32) {
    writeDouble(near);
    out[at++] = 0;
    return;
  }
  const floor = compareNumbers(near, value) > 0 ? nextDown(near) : near;
  writeDouble(floor);
  const exact = toExact(value);
  if (exact === null || compareNumbers(floor, value) === 0) out[at++] = 0;
  else writeDigits(exact);
}

const scratch = new DataView(new ArrayBuffer(8));

function nextDown(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return Number.MAX_VALUE;
  if (value === 0) return -Number.MIN_VALUE;
  scratch.setFloat64(0, value);
  const bits = scratch.getBigUint64(0);
  scratch.setBigUint64(0, value > 0 ? bits - 1n : bits + 1n);
  return scratch.getFloat64(0);
}

function writeDigits(value: Exact): void {
  const negative = value.coefficient < 0n;
  const digits = (negative ? -value.coefficient : value.coefficient).toString().replace(/0+$/, "");
  room(digits.length + 8);
  out[at++] = 1;
  const start = at;
  out.writeUInt16BE(magnitude(value) + 16384, at);
  at += 2;
  at += out.write(digits, at, "latin1");
  out[at++] = 0;
  if (negative) for (let i = start; i < at; i++) out[i] = ~(out[i] as number) & 255;
}

function writeValue(value: Value | Missing): void {
  const rank = classOf(value);
  room(16);
  out[at++] = rank;
  switch (rank) {
    case NUMBER_CLASS:
      return writeNumber(value as Numeric);
    case 15:
      return writeText(value as string);
    case 35:
      out.set((value as ObjectId).id, at);
      at += 12;
      return;
    case 40:
      out[at++] = value === true ? 1 : 0;
      return;
    case 45:
      out.writeBigUInt64BE(BigInt((value as Date).getTime()) + 2n ** 63n, at);
      at += 8;
      return;
    default:
      return writeRare(rank, value as Value);
  }
}

function writeRare(rank: number, value: Value): void {
  switch (rank) {
    case 20:
      return writeDocument(value as Doc | RawDoc);
    case 25:
      for (const item of value as Value[]) writeValue(item);
      room(1);
      out[at++] = 0;
      return;
    case 30: {
      const binary = value as Binary;
      room(8 + binary.position);
      out.writeUInt32BE(binary.position, at);
      out[at + 4] = binary.sub_type;
      at += 5;
      out.set(binaryBytes(binary), at);
      at += binary.position;
      return;
    }
    case 47:
      out.writeUInt32BE((value as Timestamp).t, at);
      out.writeUInt32BE((value as Timestamp).i, at + 4);
      at += 8;
      return;
    case 50:
      writeText((value as BSONRegExp).pattern);
      return writeText((value as BSONRegExp).options);
    case 60:
      return writeText(String((value as Code).code));
    default:
  }
}

function writeDocument(value: Doc | RawDoc): void {
  for (const [name, field] of value instanceof RawDoc ? decodeDoc(value.bytes) : value) {
    room(1);
    out[at++] = classOf(field);
    writeText(name);
    writeValue(field);
  }
  room(1);
  out[at++] = 0;
}

function invertFrom(start: number): void {
  for (let i = start; i < at; i++) out[i] = ~(out[i] as number) & 255;
}

export interface EncodedKey {
  bytes: Buffer;
  /** True when the key was cut: its order and equality are then only approximate. */
  cut: boolean;
}

function finish(limit: number): EncodedKey {
  if (at <= limit) return { bytes: Buffer.from(out.subarray(0, at)), cut: false };
  const whole = out.subarray(0, at);
  const hash = createHash("sha256").update(whole).digest();
  return { bytes: Buffer.concat([whole.subarray(0, limit - 32), hash]), cut: true };
}

/** Sort key of the parts of a compound key; `descending[i]` inverts part i. */
export function encodeKey(parts: readonly (Value | Missing)[], descending: readonly boolean[]): EncodedKey {
  at = 0;
  for (let i = 0; i < parts.length; i++) {
    const start = at;
    writeValue(parts[i]);
    if (descending[i]) invertFrom(start);
  }
  return finish(MAX_INDEX_PART_BYTES);
}

/** Key of a document inside its collection. */
export function encodeId(id: Value): Buffer {
  at = 0;
  writeValue(id);
  return finish(MAX_ID_PART_BYTES).bytes;
}

/** The bytes of one value uncut, for bounds and for grouping by value. */
export function encodeValue(value: Value | Missing, descending = false): Buffer {
  at = 0;
  writeValue(value);
  if (descending) invertFrom(0);
  return Buffer.from(out.subarray(0, at));
}

/** A string that two values share exactly when they are equal in MongoDB's sense. */
export function valueKey(value: Value | Missing): string {
  at = 0;
  writeValue(value);
  return out.latin1Slice(0, at);
}
