import { Int32, isNumber, type Missing, ObjectId, typeName, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { fixed, isNull } from "./basic.ts";
import type { Operator } from "./compile.ts";

type Values = (Value | Missing)[];

/** Text of a string, number or date. Throws 16007 for others; empty for null and missing. */
function text(name: string, value: Value | Missing): string {
  if (isNull(value)) return "";
  if (typeof value === "string") return value;
  if (isNumber(value)) return numberText(value);
  if (value instanceof Date) return value.toISOString();
  throw new DatabaseError(16007, `can't convert from BSON type ${typeName(value)} to String (${name})`);
}

function numberText(value: Value): string {
  if (value instanceof Int32) return String(value.value);
  return String(value);
}

function concat(values: Values): Value {
  if (values.some(isNull)) return null;
  return values
    .map((value) => {
      if (typeof value !== "string")
        throw new DatabaseError(16702, `$concat only supports strings, not ${typeName(value)}`);
      return value;
    })
    .join("");
}

function toText([value]: Values): Value {
  if (isNull(value)) return null;
  if (value instanceof ObjectId) return value.toHexString();
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string" || isNumber(value) || value instanceof Date) return text("$toString", value);
  throw failed(value, "string");
}

function toObjectId([value]: Values): Value {
  if (isNull(value) || value instanceof ObjectId) return value ?? null;
  if (typeof value !== "string" || !/^[0-9a-fA-F]{24}$/.test(value)) throw failed(value, "objectId");
  return new ObjectId(value);
}

function failed(value: Value | Missing, to: string): DatabaseError {
  return new DatabaseError(
    "ConversionFailure",
    `Unsupported conversion from ${typeName(value)} to ${to} in $convert with no onError value`,
  );
}

export const TEXT_OPERATORS: [string, Operator][] = [
  fixed("$concat", [0, Number.POSITIVE_INFINITY], concat),
  fixed("$toUpper", 1, ([value]) =>
    text("$toUpper", value).replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  ),
  fixed("$toLower", 1, ([value]) =>
    text("$toLower", value).replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  ),
  fixed("$toString", 1, toText),
  fixed("$toObjectId", 1, toObjectId),
];
