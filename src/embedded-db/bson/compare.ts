import { encodeDoc } from "./encode.ts";
import { compareKeys } from "./key.ts";
import {
  isDouble,
  isNumber,
  type Missing,
  type Numeric,
  ObjectId,
  toNumber,
  typeOf,
  type Value,
} from "./values.ts";

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

/** The nearest doubles decide, unless they are the same (or NaN) and not the whole of both values. */
function compareNumbers(a: Numeric, b: Numeric): number {
  const x = toNumber(a);
  const y = toNumber(b);
  if (x < y) return -1;
  if (x > y) return 1;
  if (x === y && isDouble(a) && isDouble(b)) return 0;
  return compareKeys(a, b);
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

/** Types with values that are equal, though their bits differ: double, object, array and decimal. */
const LOOSE_TYPES = new Set([1, 3, 4, 19]);

/** Same type, same bits, same field order: what decides whether an update changed anything. */
export function identicalValues(a: Value | Missing, b: Value | Missing): boolean {
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  if (!LOOSE_TYPES.has(type)) return equalValues(a, b);
  return encodeDoc(new Map([["", a as Value]])).equals(encodeDoc(new Map([["", b as Value]])));
}
