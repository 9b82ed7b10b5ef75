import { compareValues } from "../bson/compare.ts";
import { arithmetic, toBigInt } from "../bson/numbers.ts";
import { Int32, isDoc, isNumber, type Missing, Timestamp, typeName, type Value } from "../bson/values.ts";
import { badValue, typeMismatch } from "../errors.ts";
import { ARRAY_MODIFIERS } from "./array-modifiers.ts";

/** A new value, or `undefined` to leave the field as it is (or absent). */
export type Modifier = (current: Value | Missing, operand: Value, where: Where) => Value | Missing;

export interface Where {
  path: string;
  now: Date;
  /** `$pull` conditions are compiled once per update. */
  matches: (operand: Value) => (item: Value) => boolean;
}

function numeric(name: string, operation: "add" | "multiply"): Modifier {
  return (current, operand, { path }) => {
    if (!isNumber(operand)) {
      throw typeMismatch(
        `Cannot ${name === "$inc" ? "increment" : "multiply"} with non-numeric argument: {${path}: ${typeName(operand)}}`,
      );
    }
    if (current === undefined)
      return operation === "add" ? operand : arithmetic("multiply", [operand, new Int32(0)]);
    if (!isNumber(current)) {
      throw typeMismatch(
        `Cannot apply ${name} to a value of non-numeric type. The field '${path}' has the non-numeric type ${typeName(current)}`,
      );
    }
    return arithmetic(operation, [current, operand], () => {
      throw badValue(`Failed to apply ${name} operations to current value of '${path}'`);
    });
  };
}

function limit(keeps: (order: number) => boolean): Modifier {
  return (current, operand) => {
    if (current === undefined) return operand;
    return keeps(compareValues(operand, current)) ? operand : undefined;
  };
}

function currentDate(_current: Value | Missing, operand: Value, { now }: Where): Value {
  const wanted = isDoc(operand) ? operand.get("$type") : operand;
  if (wanted === true || wanted === false || wanted === "date") return new Date(now);
  if (wanted === "timestamp") return timestampOf(now);
  throw badValue(
    "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
  );
}

let lastSecond = 0;
let ordinal = 0;

/** A Timestamp that grows with every call. */
export function timestampOf(now: Date): Timestamp {
  const second = Math.floor(now.getTime() / 1000);
  ordinal = second > lastSecond ? 1 : ordinal + 1;
  lastSecond = Math.max(second, lastSecond);
  return new Timestamp({ t: lastSecond, i: ordinal });
}

function bit(current: Value | Missing, operand: Value, { path }: Where): Value {
  if (!isDoc(operand) || operand.size === 0)
    throw badValue("The $bit modifier is not compatible with this operand");
  let value: Value = current ?? new Int32(0);
  for (const [name, argument] of operand) {
    const whole = (item: Value): item is Int32 | bigint => item instanceof Int32 || typeof item === "bigint";
    if (!whole(argument)) throw badValue("The $bit modifier field must be an Integer(32/64 bit)");
    if (!whole(value))
      throw badValue(
        `Cannot apply $bit to a value of non-integral type. ${path} has type ${typeName(value)}`,
      );
    const result: bigint = bitOperation(name, toBigInt(value), toBigInt(argument));
    const long: boolean = typeof value === "bigint" || typeof argument === "bigint";
    value = long ? BigInt.asIntN(64, result) : new Int32(Number(BigInt.asIntN(32, result)));
  }
  return value;
}

function bitOperation(name: string, a: bigint, b: bigint): bigint {
  switch (name) {
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    default:
      throw badValue(`The $bit modifier only supports 'and', 'or', and 'xor', not '${name}'`);
  }
}

/** Update operators that compute one field's new value; `$unset` and `$rename` are handled by the caller. */
export const MODIFIERS: Record<string, Modifier | undefined> = {
  $set: (_current, operand) => operand,
  $setOnInsert: (_current, operand) => operand,
  $inc: numeric("$inc", "add"),
  $mul: numeric("$mul", "multiply"),
  $min: limit((order) => order < 0),
  $max: limit((order) => order > 0),
  $currentDate: currentDate,
  $bit: bit,
  ...ARRAY_MODIFIERS,
};
