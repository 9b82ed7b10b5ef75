import { compareValues, equalValues } from "../bson/key.ts";
import { arithmetic } from "../bson/numbers.ts";
import { getAtPath } from "../bson/path.ts";
import {
  BSONRegExp,
  type Doc,
  Int32,
  isDoc,
  isNumber,
  type Missing,
  nextTimestamp,
  type Numeric,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { badValue, failedToParse, typeMismatch } from "../errors.ts";
import { elementTest, type Expressions } from "../matcher/filter.ts";

/** A field's new value, or `undefined` to leave the field as it is (or absent). */
export type Change = (current: Value | Missing, doc: Doc) => Value | Missing;

/** Compiles what an operator does to a field; `what` names both in errors. */
type Modifier = (operand: Value, what: string, expressions: Expressions) => Change;

function numberIn(value: Value, what: string): Numeric {
  if (isNumber(value)) return value;
  throw typeMismatch(`Cannot apply ${what} with a value of the non-numeric type ${typeName(value)}`);
}

function numeric(operation: "add" | "multiply"): Modifier {
  return (given, what) => {
    const operand = numberIn(given, what);
    return (current) => {
      if (current === undefined)
        return operation === "add" ? operand : arithmetic(operation, [operand, new Int32(0)]);
      return arithmetic(operation, [numberIn(current, what), operand], () => {
        throw badValue(`Failed to apply ${what}: the result is too large`);
      });
    };
  };
}

function limit(sign: 1 | -1): Modifier {
  return (operand) => (current) =>
    current === undefined || sign * compareValues(operand, current) > 0 ? operand : undefined;
}

function currentDate(operand: Value): Change {
  const type = isDoc(operand) ? operand.get("$type") : typeof operand === "boolean" ? "date" : undefined;
  if (type === "date") return () => new Date();
  if (type === "timestamp") return nextTimestamp;
  throw badValue("The '$type' string field of $currentDate is required to be 'date' or 'timestamp'");
}

/** The change of an array; an absent one counts as `absent`. */
function arrayChange(what: string, absent: Value[] | Missing, change: (items: Value[]) => Value[]): Change {
  return (current = absent) => {
    if (current === undefined) return undefined;
    if (Array.isArray(current)) return change(current);
    throw (what.startsWith("$pop ") ? typeMismatch : badValue)(
      `Cannot apply ${what}: it must be an array but is of type ${typeName(current)}`,
    );
  };
}

/** `{ $each: [...] }` with its companions, or one plain value. */
function eachOf(operand: Value, allowed: string[]): { items: Value[]; options: Doc } {
  if (!isDoc(operand) || !operand.has("$each")) return { items: [operand], options: new Map() };
  const items = operand.get("$each");
  if (!Array.isArray(items)) throw badValue("The argument to $each must be an array");
  const unknown = [...operand.keys()].find((name) => name !== "$each" && !allowed.includes(name));
  if (unknown !== undefined) throw badValue(`Unrecognized clause in update operator: ${unknown}`);
  return { items, options: operand };
}

function wholeOption(options: Doc, name: string): number | undefined {
  const value = options.get(name);
  if (value === undefined) return undefined;
  if (Number.isInteger(toNumber(value))) return toNumber(value);
  throw badValue(`The value for ${name} must be an integer value but was given type: ${typeName(value)}`);
}

/** `$sort` of `$push`: by the elements, or by their fields. */
function elementOrder(sort: Value): (a: Value, b: Value) => number {
  const orders = (isDoc(sort) ? [...sort] : [["", sort] as const]).map(([path, direction]) => {
    const sign = toNumber(direction);
    if (sign !== 1 && sign !== -1) throw badValue("The $sort element value must be either 1 or -1");
    const at = (item: Value) => (path === "" ? item : isDoc(item) ? (getAtPath(item, path) ?? null) : null);
    return (a: Value, b: Value) => sign * compareValues(at(a), at(b));
  });
  return (a, b) => orders.reduce((found, order) => found || order(a, b), 0);
}

const push: Modifier = (operand, what) => {
  const { items, options } = eachOf(operand, ["$position", "$slice", "$sort"]);
  const position = wholeOption(options, "$position");
  const slice = wholeOption(options, "$slice");
  const sort = options.get("$sort");
  const order = sort === undefined ? null : elementOrder(sort);
  return arrayChange(what, [], (current) => {
    const at = position ?? current.length;
    const array = [...current.slice(0, at), ...items, ...current.slice(at)];
    if (order) array.sort(order);
    if (slice === undefined) return array;
    return slice >= 0 ? array.slice(0, slice) : array.slice(slice);
  });
};

const addToSet: Modifier = (operand, what) => {
  // Here `$each` is one only in the first place.
  const isEach = isDoc(operand) && operand.keys().next().value === "$each";
  if (isEach && !Array.isArray(operand.get("$each")))
    throw typeMismatch("The argument to $each in $addToSet must be an array");
  const { items } = isEach ? eachOf(operand, []) : { items: [operand] };
  return arrayChange(what, [], (current) => {
    const array = [...current];
    for (const item of items) if (!array.some((known) => equalValues(known, item))) array.push(item);
    return array;
  });
};

const pop: Modifier = (operand, what) => {
  const side = toNumber(operand);
  if (side !== 1 && side !== -1) throw failedToParse(`$pop expects 1 or -1, found: ${String(operand)}`);
  return arrayChange(what, undefined, (items) => (side === 1 ? items.slice(0, -1) : items.slice(1)));
};

/** A document or a pattern is a condition on elements; any other value only means elements that are equal to it. */
const pull: Modifier = (operand, what, expressions) => {
  if (!isDoc(operand) && !(operand instanceof BSONRegExp)) return pullAll([operand], what, expressions);
  const { test } = elementTest(operand, expressions);
  return arrayChange(what, undefined, (items) => items.filter((item) => !test(item)));
};

const pullAll: Modifier = (operand, what) => {
  if (!Array.isArray(operand)) throw badValue(`$pullAll requires an array, not ${typeName(operand)}`);
  const gone = (item: Value) => operand.some((other) => equalValues(other, item));
  return arrayChange(what, undefined, (items) => items.filter((item) => !gone(item)));
};

const setTo: Modifier = (operand) => () => operand;

const unchanged: Modifier = () => () => undefined;

/** Update operators. What `$unset` and `$rename` do is the caller's. */
export const MODIFIERS = new Map(
  Object.entries<Modifier>({
    $set: setTo,
    $setOnInsert: setTo,
    $unset: unchanged,
    $rename: unchanged,
    $inc: numeric("add"),
    $mul: numeric("multiply"),
    $min: limit(-1),
    $max: limit(1),
    $currentDate: currentDate,
    $push: push,
    $addToSet: addToSet,
    $pop: pop,
    $pull: pull,
    $pullAll: pullAll,
  }),
);
