import { badValue } from "../errors.ts";
import { Decimal128, Int32, type Numeric, toNumber } from "./values.ts";

/** A finite number exactly: coefficient × 10^exponent. */
export interface Exact {
  coefficient: bigint;
  exponent: number;
}

/** Of Decimal128: digits, smallest exponent, and digits before the point of the largest numbers. */
const DECIMAL_DIGITS = 34;
const MIN_EXPONENT = -6176;
const MAX_MAGNITUDE = 6145;

/** Exact value of a finite number; null for NaN and the infinities. */
export function toExact(value: Numeric): Exact | null {
  if (value instanceof Decimal128) return decimalToExact(value);
  if (typeof value === "number") return doubleToExact(value);
  return { coefficient: BigInt(value instanceof Int32 ? value.value : value), exponent: 0 };
}

function doubleToExact(value: number): Exact | null {
  if (!Number.isFinite(value)) return null;
  let whole = value;
  let halvings = 0;
  for (; !Number.isInteger(whole); whole *= 2) halvings++;
  // whole / 2^n is whole × 5^n / 10^n.
  return { coefficient: BigInt(whole) * 5n ** BigInt(halvings), exponent: -halvings };
}

function decimalToExact(value: Decimal128): Exact | null {
  const match = /^(-?\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(value.toString());
  if (!match) return null;
  const [, whole, fraction = "", exponent = 0] = match;
  return { coefficient: BigInt(`${whole}${fraction}`), exponent: Number(exponent) - fraction.length };
}

/** The coefficient at another, lower exponent. */
function scaled({ coefficient, exponent }: Exact, low: number): bigint {
  return exponent === low ? coefficient : coefficient * 10n ** BigInt(exponent - low);
}

/** By how much a double is above an exact number: its sign is exact. */
export function surplusOf(double: number, exact: Exact): number {
  const known = toExact(double);
  if (!known) return double;
  const low = Math.min(known.exponent, exact.exponent);
  return Number(scaled(known, low) - scaled(exact, low));
}

/** A Decimal128 of any number; a Double keeps 15 digits, as MongoDB does in arithmetic. */
function toDecimal(value: Numeric): Decimal128 {
  if (value instanceof Decimal128) return value;
  const inexact = typeof value === "number" && !Number.isSafeInteger(value);
  return Decimal128.fromString(inexact ? value.toPrecision(15) : String(value));
}

/** Rounded half to even at 34 digits and at the smallest exponent; infinite above the largest. */
function decimalOf({ coefficient, exponent }: Exact): Decimal128 {
  const digits = coefficient.toString().replace("-", "").length;
  const surplus = Math.max(digits - DECIMAL_DIGITS, MIN_EXPONENT - exponent, 0);
  const by = 10n ** BigInt(surplus);
  const rest = (coefficient % by) * 2n;
  const distance = rest < 0n ? -rest : rest;
  let rounded = coefficient / by;
  if (distance > by || (distance === by && rounded % 2n !== 0n)) rounded += rest < 0n ? -1n : 1n;
  if (coefficient !== 0n && digits + exponent > MAX_MAGNITUDE)
    return Decimal128.fromString(coefficient < 0n ? "-Infinity" : "Infinity");
  return Decimal128.fromString(`${rounded}E${exponent + surplus}`);
}

/** A double with all its digits, as many as a Decimal128 holds. */
export function exactDecimal(value: number): Decimal128 {
  const exact = toExact(value);
  return exact ? decimalOf(exact) : Decimal128.fromString(String(value));
}

/** JavaScript's operators serve doubles and bigints alike; only the types cannot tell. */
const OPERATIONS = {
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
} as unknown as Record<Operation, <N extends number | bigint>(a: N, b: N) => N>;

type Operation = "add" | "subtract" | "multiply";

/** For arithmetic with NaN or an infinity: of a finite operand only the sign matters then. */
function standIn(value: Decimal128): number {
  return Number(toExact(value)?.coefficient ?? toNumber(value));
}

function decimalArithmetic(operation: Operation, a: Decimal128, b: Decimal128): Decimal128 {
  const calculate = OPERATIONS[operation];
  const x = toExact(a);
  const y = toExact(b);
  if (!x || !y) return toDecimal(calculate(standIn(a), standIn(b)));
  const multiplies = operation === "multiply";
  const exponent = multiplies ? x.exponent + y.exponent : Math.min(x.exponent, y.exponent);
  const coefficient = multiplies
    ? x.coefficient * y.coefficient
    : calculate(scaled(x, exponent), scaled(y, exponent));
  return decimalOf({ coefficient, exponent });
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
  const calculate = OPERATIONS[operation];
  if (a instanceof Decimal128 || b instanceof Decimal128)
    return decimalArithmetic(operation, toDecimal(a), toDecimal(b));
  if (typeof a === "number" || typeof b === "number") return calculate(toNumber(a), toNumber(b));
  if (a instanceof Int32 && b instanceof Int32) {
    const small = calculate(a.value, b.value);
    if (small === (small | 0)) return new Int32(small);
  }
  const whole = calculate(toBigInt(a), toBigInt(b));
  if (whole === BigInt.asIntN(64, whole)) return whole;
  return overflow ? overflow() : Number(whole);
}

/** Decimal division to 34 digits. Throws BadValue by zero, as `$divide` does. */
export function divide(a: Numeric, b: Numeric): Numeric {
  if (toExact(b)?.coefficient === 0n) throw badValue("can't $divide by zero");
  if (!(a instanceof Decimal128 || b instanceof Decimal128)) return toNumber(a) / toNumber(b);
  const [left, right] = [toDecimal(a), toDecimal(b)];
  const [x, y] = [toExact(left), toExact(right)];
  if (!x || !y) return toDecimal(standIn(left) / standIn(right));
  const shift = 2 * DECIMAL_DIGITS;
  let coefficient = scaled(x, x.exponent - shift) / y.coefficient;
  let exponent = x.exponent - y.exponent - shift;
  for (; exponent < x.exponent - y.exponent && coefficient % 10n === 0n; exponent++) coefficient /= 10n;
  return decimalOf({ coefficient, exponent });
}

/** A finite number without its fraction. */
export function toBigInt(value: Numeric): bigint {
  const exact = toExact(value) as Exact;
  return exact.exponent >= 0 ? scaled(exact, 0) : exact.coefficient / 10n ** BigInt(-exact.exponent);
}
