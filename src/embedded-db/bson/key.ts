import { createHash } from "node:crypto";
import { toDoc } from "./decode.ts";
import { type Exact, surplusOf, toExact } from "./numbers.ts";
import { Output } from "./output.ts";
import {
  type Binary,
  type BSONRegExp,
  type Code,
  classOf,
  type Doc,
  isDouble,
  isNumber,
  type Missing,
  NUMBER_CLASS,
  type Numeric,
  ObjectId,
  type RawDoc,
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

const out = new Output();

// Each of these writes a value at `out.at` and answers where it ends.

/** Escaped so that no text is a prefix of another: 0 becomes 0 255, and 0 0 ends it. */
function writeText(text: string): number {
  if (text.includes("\0")) {
    for (const byte of Buffer.from(text)) if (out.byte(byte) && byte === 0) out.byte(255);
  } else out.text(text);
  out.byte(0);
  return out.byte(0);
}

/** Doubles in byte order: sign bit flipped for positives, all bits for negatives. */
function writeDouble(value: number): void {
  const start = out.at;
  out.at = out.bytes.writeDoubleBE(value === 0 ? 0 : value, start);
  if (value < 0) invertFrom(start);
  else out.bytes[start] = (out.bytes[start] as number) | 128;
}

/** NaN 0, -Infinity.. as doubles rounded down; what no Double holds exactly follows as decimal digits. */
function writeNumber(value: Numeric): number {
  const near = toNumber(value);
  if (Number.isNaN(near)) return out.byte(0);
  out.byte(1);
  writeDouble(near);
  const whole = isDouble(value) || (typeof value === "bigint" && Number.isSafeInteger(near));
  const exact = whole ? null : toExact(value);
  const surplus = exact ? surplusOf(near, exact) : 0;
  if (!exact || surplus === 0) return out.byte(0);
  const start = out.at - 8;
  // The next double below has the next key below, but that below 0 is of -0.
  if (surplus > 0)
    out.bytes.writeBigUInt64BE(out.bytes.readBigUInt64BE(start) - (near === 0 ? 2n : 1n), start);
  return writeDigits(exact);
}

/** 1, the position of the leading digit and all digits; inverted when negative. */
function writeDigits({ coefficient, exponent }: Exact): number {
  const digits = coefficient.toString().replace("-", "");
  const start = out.byte(1);
  out.room(2);
  out.at = out.bytes.writeUInt16BE(digits.length + exponent + 16384, start);
  out.text(digits.replace(/0+$/, ""));
  out.byte(0);
  if (coefficient < 0n) invertFrom(start);
  return out.at;
}

function writeBinary(value: Binary): number {
  out.at = out.bytes.writeUInt32BE(value.position, out.at);
  out.byte(value.sub_type);
  return out.raw(value.value());
}

function writeDocument(value: Doc | RawDoc): number {
  for (const [name, field] of toDoc(value)) {
    out.byte(classOf(field));
    writeText(name);
    writeValue(field);
  }
  return out.byte(0);
}

function writeArray(items: Value[]): number {
  for (const item of items) writeValue(item);
  return out.byte(0);
}

function writeRegex(value: BSONRegExp): number {
  writeText(value.pattern);
  return writeText(value.options);
}

const WRITERS: Record<number, (value: never) => number> = {
  [NUMBER_CLASS]: writeNumber,
  15: writeText,
  20: writeDocument,
  25: writeArray,
  30: writeBinary,
  35: (value: ObjectId) => out.raw(value.id),
  40: (value: boolean) => out.byte(value ? 1 : 0),
  45: (value: Date) => out.bytes.writeBigUInt64BE(BigInt(value.getTime()) + 2n ** 63n, out.at),
  47: (value: Timestamp) => out.bytes.writeUInt32BE(value.i, out.bytes.writeUInt32BE(value.t, out.at)),
  50: writeRegex,
  60: (value: Code) => writeText(value.code),
};

/** A value by its rank; those without a writer are no more than that. */
function writeValue(value: Value | Missing): void {
  const rank = classOf(value);
  out.byte(rank);
  out.room(16);
  const write = WRITERS[rank];
  if (write) out.at = write(value as never);
}

function invertFrom(start: number): void {
  for (let i = start; i < out.at; i++) out.bytes[i] = ~(out.bytes[i] as number) & 255;
}

interface EncodedKey {
  bytes: Buffer;
  /** True when the key was cut: its order and equality are then only approximate. */
  cut: boolean;
}

/** Sort key of the parts of a compound key; `descending[i]` inverts part i. */
export function encodeKey(
  parts: readonly (Value | Missing)[],
  descending: readonly boolean[],
  limit = MAX_INDEX_PART_BYTES,
): EncodedKey {
  out.begin();
  for (const [i, part] of parts.entries()) {
    const start = out.at;
    writeValue(part);
    if (descending[i]) invertFrom(start);
  }
  const bytes = out.copy();
  if (bytes.length <= limit) return { bytes, cut: false };
  const hash = createHash("sha256").update(bytes).digest();
  return { bytes: Buffer.concat([bytes.subarray(0, limit - 32), hash]), cut: true };
}

/** Key of a document inside its collection. */
export function encodeId(id: Value): EncodedKey {
  return encodeKey([id], [], MAX_ID_PART_BYTES);
}

/** The bytes of one value uncut, for bounds. */
export function encodeValue(value: Value | Missing, descending = false): Buffer {
  return encodeKey([value], [descending], Number.POSITIVE_INFINITY).bytes;
}

/** A string that two values share exactly when they are equal in MongoDB's sense. */
export function valueKey(value: Value | Missing): string {
  out.begin();
  writeValue(value);
  return out.bytes.latin1Slice(0, out.at);
}

/**
 * Total order of BSON values, missing below null: that of their sort keys. What sorts and filters compare
 * all the time has its own way there.
 */
export function compareValues(a: Value | Missing, b: Value | Missing): number {
  if (a === b) return 0;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (a instanceof ObjectId && b instanceof ObjectId) return Buffer.compare(a.id, b.id);
  return compareKeys(a, b);
}

function compareKeys(a: Value | Missing, b: Value | Missing): number {
  out.begin();
  writeValue(a);
  const middle = out.at;
  writeValue(b);
  return out.bytes.compare(out.bytes, middle, out.at, 0, middle);
}

/** The nearest doubles decide, unless they are the same (or NaN) and not the whole of both values. */
function compareNumbers(a: Numeric, b: Numeric): number {
  const [x, y] = [toNumber(a), toNumber(b)];
  if (x < y) return -1;
  if (x > y) return 1;
  return x === y && isDouble(a) && isDouble(b) ? 0 : compareKeys(a, b);
}

/** Order by the bytes of UTF-8, that is by code points, which that of UTF-16 units is not. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i === length ? a.length - b.length : (a.codePointAt(i) as number) - (b.codePointAt(i) as number);
}

export function equalValues(a: Value | Missing, b: Value | Missing): boolean {
  return compareValues(a, b) === 0;
}
