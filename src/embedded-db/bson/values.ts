import { Binary, BSONRegExp, Code, Decimal128, Int32, MaxKey, MinKey, ObjectId, Timestamp } from "bson";

export { Binary, BSONRegExp, Code, Decimal128, Int32, MaxKey, MinKey, ObjectId, Timestamp };

/**
 * A document in memory. A Map, because a JavaScript object would reorder integer-like keys and BSON
 * documents are ordered.
 */
export type Doc = Map<string, Value>;

/** A BSON value. A JavaScript number is a Double; a bigint is a Long; `undefined` (never in a Doc) is "missing". */
export type Value =
  | null
  | boolean
  | Numeric
  | string
  | Doc
  | Value[]
  | Date
  | ObjectId
  | Binary
  | BSONRegExp
  | Timestamp
  | MinKey
  | MaxKey
  | Code
  | RawDoc;

export type Missing = undefined;

export type Numeric = number | bigint | Int32 | Decimal128;

/** A document in its stored bytes, decoded only when and as far as someone asks. */
export class RawDoc {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

type TypeRow = [number: number, name: string, rank?: number, holder?: unknown, size?: number];

/**
 * The types: number in the BSON specification, name for `$type`, rank in the order of mixed types (all
 * numbers share one), class of the values, and bytes of a value where all take the same. Those without a
 * rank are not stored.
 */
const TYPES: readonly TypeRow[] = [
  [-1, "minKey", 1, MinKey, 0],
  [0, "missing", 3],
  [1, "double", 10, Number, 8],
  [2, "string", 15, String],
  [3, "object", 20, Map],
  [4, "array", 25, Array],
  [5, "binData", 30, Binary],
  [6, "undefined"],
  [7, "objectId", 35, ObjectId, 12],
  [8, "bool", 40, Boolean, 1],
  [9, "date", 45, Date, 8],
  [10, "null", 5, null, 0],
  [11, "regex", 50, BSONRegExp],
  [12, "dbPointer"],
  [13, "javascript", 60, Code],
  [14, "symbol"],
  [15, "javascriptWithScope"],
  [16, "int", 10, Int32, 4],
  [17, "timestamp", 47, Timestamp, 8],
  [18, "long", 10, BigInt, 8],
  [19, "decimal", 10, Decimal128, 16],
  [127, "maxKey", 127, MaxKey, 0],
];

export const NUMBER_CLASS = 10;

const TYPE_NAMES = new Map(TYPES.map(([number, name]) => [number, name]));
const RANKS = new Map(TYPES.map(([number, , rank]) => [number, rank as number]));
const HELD_TYPES = new Map(TYPES.map(([number, , , holder]) => [holder, number])).set(RawDoc, 3);

/** Numbers of the names of `$type`. */
export const TYPE_NUMBERS: ReadonlyMap<string, number> = new Map(
  TYPES.filter(([number]) => number !== 0).map(([number, name]) => [name, number]),
);

/** Bytes of a value by the byte of its type, for those types whose values are all as long. */
export const FIXED_SIZES = new Map(TYPES.map(([number, , , , size]) => [number & 255, size]));

/** BSON type number of a value; 0 for a missing one. */
export function typeOf(value: Value | Missing): number {
  if (value === undefined) return 0;
  if (value === null) return 10;
  const type = HELD_TYPES.get(value.constructor);
  if (type === undefined) throw new Error("not a BSON value");
  return type;
}

/** Rank of a value's type in the order that MongoDB sorts mixed types by. */
export function classOf(value: Value | Missing): number {
  return RANKS.get(typeOf(value)) as number;
}

/** Type name as `$type` knows it; "missing" for an absent value. */
export function typeName(value: Value | Missing): string {
  return TYPE_NAMES.get(typeOf(value)) as string;
}

export function isDoc(value: unknown): value is Doc {
  return value instanceof Map;
}

export function isNumber(value: Value | Missing): value is Numeric {
  const kind = typeof value;
  return kind === "number" || kind === "bigint" || value instanceof Int32 || value instanceof Decimal128;
}

export function isNaNValue(value: Value | Missing): boolean {
  return isNumber(value) && Number.isNaN(toNumber(value));
}

/** Whether a JavaScript number holds all of a numeric value. */
export function isDouble(value: Numeric): value is number | Int32 {
  return typeof value === "number" || value instanceof Int32;
}

/** Nearest JavaScript number of a numeric value; NaN when it is not one. */
export function toNumber(value: Value | Missing): number {
  if (typeof value === "number") return value;
  if (value instanceof Int32) return value.value;
  return isNumber(value) ? Number(value) : Number.NaN;
}

/** Truth as MongoDB's expressions and boolean options see it: false, null, missing and zero are false. */
export function isTruthy(value: Value | Missing): boolean {
  if (value === undefined || value === null || value === false) return false;
  return isNumber(value) ? toNumber(value) !== 0 : true;
}

/** Smallest BSON integer type that holds a whole JavaScript number. */
export function integer(value: number): Int32 | bigint {
  return value === (value | 0) ? new Int32(value) : BigInt(value);
}

/** A document from an object literal; numbers stay Doubles, so pass Int32 for whole ones. */
export function docOf(fields: Record<string, Value | undefined>): Doc {
  return new Map(Object.entries(fields).filter((field): field is [string, Value] => field[1] !== undefined));
}

export const int = (value: number): Int32 => new Int32(value);

let latest = new Timestamp({ t: 0, i: 0 });

/** A Timestamp that grows with every call: a second, and a count within it. */
export function nextTimestamp(): Timestamp {
  const t = Math.max(Math.floor(Date.now() / 1000), latest.t);
  latest = new Timestamp({ t, i: t === latest.t ? latest.i + 1 : 1 });
  return latest;
}
