import { createHash } from "node:crypto";
import { toDoc } from "./decode.ts";
import { type Exact, surplusOf, toExact } from "./numbers.ts";
import {
  type Binary,
  type BSONRegExp,
  type Code,
  classOf,
  type Doc,
  isDouble,
  type Missing,
  NUMBER_CLASS,
  type Numeric,
  type ObjectId,
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

let out = Buffer.allocUnsafe(4096);
let at = 0;

/** One huge value must not cost its memory for ever. */
function begin(): void {
  at = 0;
  if (out.length > 4 * 1024 * 1024) out = Buffer.allocUnsafe(4096);
}

function room(bytes: number): void {
  if (at + bytes <= out.length) return;
  const bigger = Buffer.allocUnsafe(Math.max(out.length * 2, at + bytes + 64));
  out.copy(bigger, 0, 0, at);
  out = bigger;
}

/** Escaped so that no text is a prefix of another: 0 becomes 0 255, and 0 0 ends it. */
function writeText(text: string): number {
  room(text.length * 3 + 2);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0 || code > 127) {
      writeEscaped(Buffer.from(text.slice(i)));
      break;
    }
    out[at++] = code;
  }
  out[at++] = 0;
  out[at++] = 0;
  return at;
}

function writeEscaped(bytes: Buffer): void {
  for (const byte of bytes) {
    out[at++] = byte;
    if (byte === 0) out[at++] = 255;
  }
}

/** Doubles in byte order: sign bit flipped for positives, all bits for negatives. */
function writeDouble(value: number): void {
  const start = at;
  at = out.writeDoubleBE(value === 0 ? 0 : value, at);
  if (value < 0) invertFrom(start);
  else out[start] = (out[start] as number) | 128;
}

/** NaN 0, -Infinity.. as doubles rounded down; what no Double holds exactly follows as decimal digits. */
function writeNumber(value: Numeric): number {
  const near = toNumber(value);
  if (Number.isNaN(near)) return out.writeUInt8(0, at);
  out[at++] = 1;
  writeDouble(near);
  const whole = isDouble(value) || (typeof value === "bigint" && Number.isSafeInteger(near));
  const exact = whole ? null : toExact(value);
  const surplus = exact ? surplusOf(near, exact) : 0;
  // The next double below has the next key below, but that below 0 is of -0.
  if (surplus > 0) out.writeBigUInt64BE(out.readBigUInt64BE(at - 8) - (near === 0 ? 2n : 1n), at - 8);
  return exact && surplus !== 0 ? writeDigits(exact) : out.writeUInt8(0, at);
}

/** 1, the position of the leading digit and all digits; inverted when negative. */
function writeDigits({ coefficient, exponent }: Exact): number {
  const digits = coefficient.toString().replace("-", "");
  room(digits.length + 8);
  out[at++] = 1;
  const start = at;
  at = out.writeUInt16BE(digits.length + exponent + 16384, at);
  at += out.utf8Write(digits.replace(/0+$/, ""), at);
  out[at++] = 0;
  if (coefficient < 0n) invertFrom(start);
  return at;
}

function writeBinary(value: Binary): number {
  room(8 + value.position);
  at = out.writeUInt32BE(value.position, at);
  at = out.writeUInt8(value.sub_type, at);
  out.set(value.value(), at);
  return at + value.position;
}

function writeDocument(value: Doc | RawDoc): number {
  for (const [name, field] of toDoc(value)) {
    room(1);
    out[at++] = classOf(field);
    at = writeText(name);
    writeValue(field);
  }
  return writeEnd();
}

function writeArray(items: Value[]): number {
  for (const item of items) writeValue(item);
  return writeEnd();
}

function writeEnd(): number {
  room(1);
  return out.writeUInt8(0, at);
}

/** By rank, each writes a value at `at` and answers where it ends. */
const WRITERS: Record<number, (value: never) => number> = {
  [NUMBER_CLASS]: writeNumber,
  15: writeText,
  20: writeDocument,
  25: writeArray,
  30: writeBinary,
  35: (value: ObjectId) => {
    out.set(value.id, at);
    return at + 12;
  },
  40: (value: boolean) => out.writeUInt8(value ? 1 : 0, at),
  45: (value: Date) => out.writeBigUInt64BE(BigInt(value.getTime()) + 2n ** 63n, at),
  47: (value: Timestamp) => out.writeUInt32BE(value.i, out.writeUInt32BE(value.t, at)),
  50: (value: BSONRegExp) => {
    at = writeText(value.pattern);
    return writeText(value.options);
  },
  60: (value: Code) => writeText(value.code),
};

function writeValue(value: Value | Missing): void {
  const rank = classOf(value);
  room(32);
  out[at++] = rank;
  const write = WRITERS[rank];
  if (write) at = write(value as never);
}

function invertFrom(start: number): void {
  for (let i = start; i < at; i++) out[i] = ~(out[i] as number) & 255;
}

/** Sort key of the parts of a compound key; `descending[i]` inverts part i. */
export function encodeKey(
  parts: readonly (Value | Missing)[],
  descending: readonly boolean[],
  limit = MAX_INDEX_PART_BYTES,
): EncodedKey {
  begin();
  for (let i = 0; i < parts.length; i++) {
    const start = at;
    writeValue(parts[i]);
    if (descending[i]) invertFrom(start);
  }
  const whole = out.subarray(0, at);
  if (at <= limit) return { bytes: Buffer.from(whole), cut: false };
  const hash = createHash("sha256").update(whole).digest();
  return { bytes: Buffer.concat([whole.subarray(0, limit - 32), hash]), cut: true };
}

interface EncodedKey {
  bytes: Buffer;
  /** True when the key was cut: its order and equality are then only approximate. */
  cut: boolean;
}

/** Key of a document inside its collection. */
export function encodeId(id: Value): EncodedKey {
  return encodeKey([id], [], MAX_ID_PART_BYTES);
}

/** The bytes of one value uncut, for bounds. */
export function encodeValue(value: Value | Missing, descending = false): Buffer {
  return encodeKey([value], [descending], Number.POSITIVE_INFINITY).bytes;
}

/** Order of two values' keys. */
export function compareKeys(a: Value | Missing, b: Value | Missing): number {
  begin();
  writeValue(a);
  const middle = at;
  writeValue(b);
  return out.compare(out, middle, at, 0, middle);
}

/** A string that two values share exactly when they are equal in MongoDB's sense. */
export function valueKey(value: Value | Missing): string {
  begin();
  writeValue(value);
  return out.latin1Slice(0, at);
}
