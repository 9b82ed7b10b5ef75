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
  | number
  | bigint
  | string
  | Int32
  | Doc
  | Value[]
  | Date
  | ObjectId
  | Decimal128
  | Binary
  | BSONRegExp
  | Timestamp
  | MinKey
  | MaxKey
  | Code
  | RawDoc;

export type Missing = undefined;

/** Names of `$type`, in the numbers of the BSON specification. */
export const TYPE_NUMBERS: ReadonlyMap<string, number> = new Map([
  ["double", 1],
  ["string", 2],
  ["object", 3],
  ["array", 4],
  ["binData", 5],
  ["undefined", 6],
  ["objectId", 7],
  ["bool", 8],
  ["date", 9],
  ["null", 10],
  ["regex", 11],
  ["dbPointer", 12],
  ["javascript", 13],
  ["symbol", 14],
  ["javascriptWithScope", 15],
  ["int", 16],
  ["timestamp", 17],
  ["long", 18],
  ["decimal", 19],
  ["minKey", -1],
  ["maxKey", 127],
]);

const TYPE_NAMES = new Map([...TYPE_NUMBERS].map(([name, number]) => [number, name]));

/** BSON type number of a value; 0 for a missing one. */
export function typeOf(value: Value | Missing): number {
  return PRIMITIVE_TYPES.get(typeof value) ?? typeOfObject(value as object | null);
}

const PRIMITIVE_TYPES = new Map([
  ["number", 1],
  ["string", 2],
  ["boolean", 8],
  ["bigint", 18],
  ["undefined", 0],
]);

const OBJECT_TYPES = new Map<unknown, number>([
  [Map, 3],
  [Array, 4],
  [Int32, 16],
  [ObjectId, 7],
  [Date, 9],
  [Decimal128, 19],
  [Binary, 5],
  [BSONRegExp, 11],
  [Code, 13],
  [Timestamp, 17],
  [MinKey, -1],
  [MaxKey, 127],
]);

function typeOfObject(value: object | null): number {
  if (value === null) return 10;
  const type = OBJECT_TYPES.get(value.constructor);
  if (type !== undefined) return type;
  if (value instanceof RawDoc) return 3;
  if (value instanceof Binary) return 5;
  throw new Error("not a BSON value");
}

/** Type name as `$type` knows it; "missing" for an absent value. */
export function typeName(value: Value | Missing): string {
  return value === undefined ? "missing" : (TYPE_NAMES.get(typeOf(value)) ?? "unknown");
}

/** A document in its stored bytes, decoded only when and as far as someone asks. */
export class RawDoc {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

export function isDoc(value: unknown): value is Doc {
  return value instanceof Map;
}

export function isNumber(value: Value | Missing): value is number | bigint | Int32 | Decimal128 {
  const kind = typeof value;
  return kind === "number" || kind === "bigint" || value instanceof Int32 || value instanceof Decimal128;
}

/** Nearest JavaScript number of a numeric value; NaN when it is not one. */
export function toNumber(value: Value | Missing): number {
  if (typeof value === "number") return value;
  if (value instanceof Int32) return value.value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Decimal128) return Number(value.toString());
  return Number.NaN;
}

/** Truth as MongoDB's expressions and boolean options see it: false, null, missing and zero are false. */
export function isTruthy(value: Value | Missing): boolean {
  if (value === undefined || value === null || value === false) return false;
  return isNumber(value) ? toNumber(value) !== 0 : true;
}

/** Smallest BSON integer type that holds a whole JavaScript number. */
export function integer(value: number): Int32 | bigint {
  return Number.isSafeInteger(value) && value >= -2147483648 && value <= 2147483647
    ? new Int32(value)
    : BigInt(value);
}

/** A document from an object literal; numbers stay Doubles, so pass Int32 for whole ones. */
export function docOf(fields: Record<string, Value | undefined>): Doc {
  const doc: Doc = new Map();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) doc.set(name, value);
  return doc;
}

export const int = (value: number): Int32 => new Int32(value);
