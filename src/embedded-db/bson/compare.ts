import { decodeDoc } from "./decode.ts";
import { compareNumbers, type Numeric } from "./numbers.ts";
import {
  type Binary,
  type BSONRegExp,
  type Code,
  type Doc,
  type Missing,
  type ObjectId,
  RawDoc,
  type Timestamp,
  typeOf,
  type Value,
} from "./values.ts";

/** MongoDB's order of types; all numbers are one, missing is below null. */
const CLASS_BY_TYPE = new Map([
  [-1, 1],
  [0, 3],
  [10, 5],
  [1, 10],
  [16, 10],
  [18, 10],
  [19, 10],
  [2, 15],
  [3, 20],
  [4, 25],
  [5, 30],
  [7, 35],
  [8, 40],
  [9, 45],
  [17, 47],
  [11, 50],
  [13, 60],
  [127, 127],
]);

export const NUMBER_CLASS = 10;

/** Rank of a value's type in the order that MongoDB sorts mixed types by. */
export function classOf(value: Value | Missing): number {
  return CLASS_BY_TYPE.get(typeOf(value)) as number;
}

/** Order by the bytes of UTF-8; only surrogate pairs make UTF-16 order differ from it. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return utf8Rank(x) < utf8Rank(y) ? -1 : 1;
  }
  return a.length - b.length;
}

function utf8Rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

/** Total order of BSON values: by type class, then by value. Missing sorts before null. */
export function compareValues(a: Value | Missing, b: Value | Missing): number {
  const left = classOf(a);
  const right = classOf(b);
  if (left !== right) return left < right ? -1 : 1;
  switch (left) {
    case NUMBER_CLASS:
      return compareNumbers(a as Numeric, b as Numeric);
    case 15:
      return compareText(a as string, b as string);
    case 20:
      return compareDocs(a as Doc, b as Doc);
    case 25:
      return compareArrays(a as Value[], b as Value[]);
    case 35:
      return compareBytes((a as ObjectId).id, (b as ObjectId).id);
    case 45:
      return (a as Date).getTime() - (b as Date).getTime();
    default:
      return compareRare(left, a as Value, b as Value);
  }
}

function compareRare(rank: number, a: Value, b: Value): number {
  switch (rank) {
    case 30:
      return compareBinaries(a as Binary, b as Binary);
    case 40:
      return Number(a) - Number(b);
    case 47: {
      const [x, y] = [a as Timestamp, b as Timestamp];
      return Math.sign(x.t - y.t || x.i - y.i);
    }
    case 50: {
      const [x, y] = [a as BSONRegExp, b as BSONRegExp];
      return compareText(x.pattern, y.pattern) || compareText(x.options, y.options);
    }
    case 60:
      return compareText(String((a as Code).code), String((b as Code).code));
    default:
      return 0;
  }
}

export function binaryBytes(value: Binary): Uint8Array {
  return value.buffer.subarray(0, value.position);
}

function compareBinaries(a: Binary, b: Binary): number {
  return a.position - b.position || a.sub_type - b.sub_type || compareBytes(binaryBytes(a), binaryBytes(b));
}

function compareArrays(a: Value[], b: Value[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compareValues(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function asDoc(value: Doc | RawDoc): Doc {
  return value instanceof RawDoc ? decodeDoc(value.bytes) : value;
}

/** Field by field in order: type class, then name, then value; a prefix is smaller. */
function compareDocs(a: Doc | RawDoc, b: Doc | RawDoc): number {
  const right = asDoc(b)[Symbol.iterator]();
  for (const [name, value] of asDoc(a)) {
    const next = right.next();
    if (next.done) return 1;
    const [otherName, otherValue] = next.value;
    const order =
      classOf(value) - classOf(otherValue) ||
      compareText(name, otherName) ||
      compareValues(value, otherValue);
    if (order !== 0) return order;
  }
  return right.next().done ? 0 : -1;
}

export function equalValues(a: Value | Missing, b: Value | Missing): boolean {
  return compareValues(a, b) === 0;
}

/** Same type, same bits, same field order: what decides whether an update changed anything. */
export function identicalValues(a: Value | Missing, b: Value | Missing): boolean {
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  if (type === 3) return identicalDocs(asDoc(a as Doc), asDoc(b as Doc));
  if (type === 4) {
    const [x, y] = [a as Value[], b as Value[]];
    return x.length === y.length && x.every((item, i) => identicalValues(item, y[i]));
  }
  if (type === 1) return Object.is(a, b);
  return type === 19 ? String(a) === String(b) : compareValues(a, b) === 0;
}

function identicalDocs(a: Doc, b: Doc): boolean {
  if (a.size !== b.size) return false;
  const right = b[Symbol.iterator]();
  for (const [name, value] of a) {
    const next = right.next();
    if (next.done || next.value[0] !== name || !identicalValues(value, next.value[1])) return false;
  }
  return true;
}
