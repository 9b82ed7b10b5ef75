import { decimalOf, fitsLong, toBigInt, toDecimal, toExact } from "../bson/numbers.ts";
import {
  Decimal128,
  Int32,
  isNumber,
  type Missing,
  ObjectId,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { fixed, isNull } from "./basic.ts";
import { namedArguments, type Operator } from "./compile.ts";
import { text } from "./text.ts";

function failed(value: Value | Missing, to: string): DatabaseError {
  return new DatabaseError(
    "ConversionFailure",
    `Unsupported conversion from ${typeName(value)} to ${to} in $convert with no onError value`,
  );
}

/** Conversions by target type; the argument is never null or missing. */
const CONVERSIONS: Record<string, (value: Value) => Value> = {
  string: (value) => {
    if (value instanceof ObjectId) return value.toHexString();
    if (typeof value === "boolean") return String(value);
    if (typeof value === "string" || isNumber(value) || value instanceof Date)
      return text("$toString", value);
    throw failed(value, "string");
  },
  bool: (value) => (isNumber(value) ? toNumber(value) !== 0 : typeof value === "boolean" ? value : true),
  int: (value) =>
    wholeNumber(
      value,
      "int",
      (whole) => whole >= -2147483648n && whole <= 2147483647n && new Int32(Number(whole)),
    ),
  long: (value) => wholeNumber(value, "long", (whole) => fitsLong(whole) && whole),
  double: (value) => {
    if (value instanceof Date) return value.getTime();
    if (typeof value === "boolean") return Number(value);
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : toNumber(value);
    if (Number.isNaN(number) && !isNumber(value)) throw failed(value, "double");
    return number;
  },
  decimal: (value) => {
    if (isNumber(value)) return toDecimal(value);
    if (typeof value === "boolean") return Decimal128.fromString(value ? "1" : "0");
    if (value instanceof Date) return Decimal128.fromString(String(value.getTime()));
    const exact =
      typeof value === "string" && /^[+-]?(\d|\.\d)/.test(value)
        ? toExact(Decimal128.fromString(value))
        : null;
    if (!exact) throw failed(value, "decimal");
    return decimalOf(exact);
  },
  date: (value) => {
    if (value instanceof Date) return value;
    if (value instanceof ObjectId) return value.getTimestamp();
    const ms =
      typeof value === "string"
        ? Date.parse(value)
        : isNumber(value) && !(value instanceof Int32)
          ? toNumber(value)
          : Number.NaN;
    if (Number.isNaN(ms)) throw failed(value, "date");
    return new Date(ms);
  },
  objectId: (value) => {
    if (value instanceof ObjectId) return value;
    if (typeof value !== "string" || !/^[0-9a-fA-F]{24}$/.test(value)) throw failed(value, "objectId");
    return new ObjectId(value);
  },
};

function wholeNumber(value: Value, to: string, fit: (whole: bigint) => Value): Value {
  const whole = wholeOf(value, to);
  const result = whole === null ? false : fit(whole);
  if (result === false) throw failed(value, to);
  return result;
}

function wholeOf(value: Value, to: string): bigint | null {
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (value instanceof Date) return to === "long" ? BigInt(value.getTime()) : null;
  if (typeof value === "string") return /^[+-]?\d+$/.test(value) ? BigInt(value) : null;
  return isNumber(value) && Number.isFinite(toNumber(value)) ? toBigInt(value) : null;
}

function conversion(name: string, to: string): [string, Operator] {
  return fixed(name, 1, ([value]) =>
    isNull(value) ? null : (CONVERSIONS[to] as (value: Value) => Value)(value),
  );
}

const TYPE_BY_NUMBER: Record<number, string> = {
  1: "double",
  2: "string",
  7: "objectId",
  8: "bool",
  9: "date",
  16: "int",
  18: "long",
  19: "decimal",
};

const convert: Operator = (argument, compiling) => {
  const parts = namedArguments(argument, "$convert", {
    required: ["input", "to"],
    optional: ["onError", "onNull"],
  });
  const input = compiling.compile(parts.get("input") as Value);
  const to = compiling.compile(parts.get("to") as Value);
  const onNull = compiling.compile(parts.get("onNull") ?? null);
  const given = parts.get("onError");
  const onError = given === undefined ? null : compiling.compile(given);
  return (scope) => {
    const value = input(scope);
    if (isNull(value)) return onNull(scope);
    const target = to(scope);
    const apply = CONVERSIONS[typeof target === "string" ? target : (TYPE_BY_NUMBER[toNumber(target)] ?? "")];
    if (!apply) throw new DatabaseError("BadValue", `Unknown type name: ${String(target)}`);
    try {
      return apply(value);
    } catch (error) {
      if (onError) return onError(scope);
      throw error;
    }
  };
};

export const CONVERT_OPERATORS: [string, Operator][] = [
  ["$convert", convert],
  conversion("$toString", "string"),
  conversion("$toBool", "bool"),
  conversion("$toInt", "int"),
  conversion("$toLong", "long"),
  conversion("$toDouble", "double"),
  conversion("$toDecimal", "decimal"),
  conversion("$toDate", "date"),
  conversion("$toObjectId", "objectId"),
];
