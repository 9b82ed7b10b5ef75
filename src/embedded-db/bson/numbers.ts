import { badValue, DatabaseError } from "../errors.ts";
import { Decimal128, Int32, toNumber } from "./values.ts";

export type Numeric = number | bigint | Int32 | Decimal128;

/** A finite number exactly: coefficient × 10^exponent. */
export interface Exact {
  coefficient: bigint;
  exponent: number;
}

const MIN_LONG = -(2n ** 63n);
const MAX_LONG = 2n ** 63n - 1n;
const DECIMAL_DIGITS = 34;

/** Exact value of a finite number; null for NaN and the infinities. */
export function toExact(value: Numeric): Exact | null {
  if (typeof value === "bigint") return { coefficient: value, exponent: 0 };
  if (value instanceof Int32) return { coefficient: BigInt(value.value), exponent: 0 };
  return typeof value === "number" ? doubleToExact(value) : decimalToExact(value);
}

const scratch = new DataView(new ArrayBuffer(8));

function doubleToExact(value: number): Exact | null {
  if (!Number.isFinite(value)) return null;
  if (Number.isSafeInteger(value)) return { coefficient: BigInt(value), exponent: 0 };
  scratch.setFloat64(0, value);
  const bits = scratch.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  const power = (biased === 0 ? 1 : biased) - 1075;
  const signed = value < 0 ? -mantissa : mantissa;
  return power >= 0
    ? { coefficient: signed << BigInt(power), exponent: 0 }
    : { coefficient: signed * 5n ** BigInt(-power), exponent: power };
}

function decimalToExact(value: Decimal128): Exact | null {
  const text = value.toString();
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(text);
  if (!match) return null;
  const fraction = match[3] ?? "";
  const digits = BigInt(`${match[2]}${fraction}`);
  return {
    coefficient: match[1] === "-" ? -digits : digits,
    exponent: Number(match[4] ?? 0) - fraction.length,
  };
}

/** Position of the leading digit: |value| is in [10^(m-1), 10^m). */
export function magnitude(value: Exact): number {
  const digits = (value.coefficient < 0n ? -value.coefficient : value.coefficient).toString();
  return digits.length + value.exponent;
}

function compareExact(a: Exact, b: Exact): number {
  const signA = signOf(a.coefficient);
  const signB = signOf(b.coefficient);
  if (signA !== signB) return signA < signB ? -1 : 1;
  if (signA === 0) return 0;
  const byMagnitude = magnitude(a) - magnitude(b);
  if (byMagnitude !== 0) return byMagnitude < 0 ? -signA : signA;
  const low = Math.min(a.exponent, b.exponent);
  const left = a.coefficient * 10n ** BigInt(a.exponent - low);
  const right = b.coefficient * 10n ** BigInt(b.exponent - low);
  return signOf(left - right);
}

function signOf(value: bigint): number {
  return value > 0n ? 1 : value < 0n ? -1 : 0;
}

/** Order of numbers of any types, exact between them; NaN is the smallest and equal to itself. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  if (a instanceof Decimal128 || b instanceof Decimal128) return compareWithDecimal(a, b);
  const left = a instanceof Int32 ? a.value : a;
  const right = b instanceof Int32 ? b.value : b;
  if (left < right) return -1;
  if (left > right) return 1;
  // oxlint-disable-next-line eqeqeq -- a Long and a Double are compared by value
  if (left == right) return 0;
  return compareNaN(Number.isNaN(left), Number.isNaN(right));
}

function compareNaN(left: boolean, right: boolean): number {
  return left === right ? 0 : left ? -1 : 1;
}

function compareWithDecimal(a: Numeric, b: Numeric): number {
  const left = toExact(a);
  const right = toExact(b);
  if (left && right) return compareExact(left, right);
  const x = left ? 0 : toNumber(a);
  const y = right ? 0 : toNumber(b);
  if (Number.isNaN(x) || Number.isNaN(y)) return compareNaN(Number.isNaN(x), Number.isNaN(y));
  return x < y ? -1 : x > y ? 1 : 0;
}

/** A Decimal128 of an exact value, rounded half to even at 34 digits. */
export function decimalOf(value: Exact): Decimal128 {
  let { coefficient, exponent } = value;
  const negative = coefficient < 0n;
  if (negative) coefficient = -coefficient;
  const surplus = coefficient.toString().length - DECIMAL_DIGITS;
  if (surplus > 0) {
    coefficient = roundedDivision(coefficient, 10n ** BigInt(surplus));
    exponent += surplus;
  }
  return Decimal128.fromString(`${negative ? "-" : ""}${coefficient}E${exponent}`);
}

function roundedDivision(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  const twice = (value % by) * 2n;
  return twice > by || (twice === by && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

/** A Decimal128 of any number; a Double keeps 15 digits, as MongoDB does in arithmetic. */
export function toDecimal(value: Numeric): Decimal128 {
  if (value instanceof Decimal128) return value;
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    if (!Number.isFinite(value)) return Decimal128.fromString(Number.isNaN(value) ? "NaN" : String(value));
    return Decimal128.fromString(value.toPrecision(15));
  }
  return Decimal128.fromString(String(value instanceof Int32 ? value.value : value));
}

type Operation = "add" | "subtract" | "multiply";

function decimalArithmetic(operation: Operation, a: Numeric, b: Numeric): Decimal128 {
  const left = toExact(toDecimal(a));
  const right = toExact(toDecimal(b));
  if (!left || !right) return toDecimal(doubleArithmetic(operation, toNumber(a), toNumber(b)));
  if (operation === "multiply") {
    return decimalOf({
      coefficient: left.coefficient * right.coefficient,
      exponent: left.exponent + right.exponent,
    });
  }
  const low = Math.min(left.exponent, right.exponent);
  const x = left.coefficient * 10n ** BigInt(left.exponent - low);
  const y = right.coefficient * 10n ** BigInt(right.exponent - low);
  return decimalOf({ coefficient: operation === "add" ? x + y : x - y, exponent: low });
}

function doubleArithmetic(operation: Operation, a: number, b: number): number {
  if (operation === "add") return a + b;
  return operation === "subtract" ? a - b : a * b;
}

function bigArithmetic(operation: Operation, a: bigint, b: bigint): bigint {
  if (operation === "add") return a + b;
  return operation === "subtract" ? a - b : a * b;
}

/** Two Int32 whose result is one too: by far the most common case. */
function smallArithmetic(operation: Operation, a: Int32, b: Int32): Int32 | null {
  const result = doubleArithmetic(operation, a.value, b.value);
  return result >= -2147483648 && result <= 2147483647 ? new Int32(result) : null;
}

/**
 * Adds, subtracts or multiplies with MongoDB's widening Int32 → Long → Double → Decimal128.
 * An overflow of Long becomes a Double in expressions; `overflow` overrides that (updates throw there).
 */
export function arithmetic(
  operation: Operation,
  [a, b]: [Numeric, Numeric],
  overflow?: () => never,
): Numeric {
  if (a instanceof Decimal128 || b instanceof Decimal128) return decimalArithmetic(operation, a, b);
  if (typeof a === "number" || typeof b === "number")
    return doubleArithmetic(operation, toNumber(a), toNumber(b));
  return wholeArithmetic(operation, [a, b]) ?? (overflow ? overflow() : inDoubles(operation, a, b));
}

function inDoubles(operation: Operation, a: Numeric, b: Numeric): number {
  return Number(bigArithmetic(operation, toBigInt(a), toBigInt(b)));
}

/** On Int32 and Long; null when the result is too large even for a Long. */
function wholeArithmetic(operation: Operation, [a, b]: [bigint | Int32, bigint | Int32]): Numeric | null {
  const small = a instanceof Int32 && b instanceof Int32 ? smallArithmetic(operation, a, b) : null;
  if (small) return small;
  const big = bigArithmetic(operation, toBigInt(a), toBigInt(b));
  return fitsLong(big) ? big : null;
}

/** Decimal division to 34 digits. Throws BadValue by zero, as `$divide` does. */
export function divide(a: Numeric, b: Numeric): Numeric {
  if (toNumber(b) === 0) throw new DatabaseError("BadValue", "can't $divide by zero");
  if (!(a instanceof Decimal128 || b instanceof Decimal128)) return toNumber(a) / toNumber(b);
  const left = toExact(toDecimal(a));
  const right = toExact(toDecimal(b));
  if (!left || !right) return toDecimal(toNumber(a) / toNumber(b));
  return decimalQuotient(left, right);
}

function decimalQuotient(left: Exact, right: Exact): Decimal128 {
  const shift = 2 * DECIMAL_DIGITS;
  const negative = left.coefficient < 0n !== right.coefficient < 0n;
  const x = left.coefficient < 0n ? -left.coefficient : left.coefficient;
  const y = right.coefficient < 0n ? -right.coefficient : right.coefficient;
  let quotient = (x * 10n ** BigInt(shift)) / y;
  let exponent = left.exponent - right.exponent - shift;
  const ideal = left.exponent - right.exponent;
  while (exponent < ideal && quotient % 10n === 0n) {
    quotient /= 10n;
    exponent++;
  }
  return decimalOf({ coefficient: negative ? -quotient : quotient, exponent });
}

export function toBigInt(value: Numeric): bigint {
  if (typeof value === "bigint") return value;
  if (value instanceof Int32) return BigInt(value.value);
  if (typeof value === "number") return BigInt(Math.trunc(value));
  const exact = toExact(value);
  if (!exact) throw badValue("not a whole number");
  const { coefficient, exponent } = exact;
  return exponent >= 0 ? coefficient * 10n ** BigInt(exponent) : coefficient / 10n ** BigInt(-exponent);
}

export function fitsLong(value: bigint): boolean {
  return value >= MIN_LONG && value <= MAX_LONG;
}
