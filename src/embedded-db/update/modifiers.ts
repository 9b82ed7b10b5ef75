import { compareValues, equalValues } from "../bson/compare.ts";
import { arithmetic } from "../bson/numbers.ts";
import { getAtPath } from "../bson/path.ts";
import {
  type Doc,
  Int32,
  isDoc,
  isNumber,
  type Missing,
  Timestamp,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { badValue, typeMismatch } from "../errors.ts";
import { elementTest, type Expressions } from "../matcher/filter.ts";

/** A field's new value, or `undefined` to leave the field as it is (or absent). */
export type Change = (current: Value | Missing, doc: Doc) => Value | Missing;

interface Setting {
  operator: string;
  path: string;
  expressions: Expressions;
}

/** Compiles what an operator does to the field at a path. */
type Modifier = (operand: Value, setting: Setting) => Change;

function numeric(operation: "add" | "multiply"): Modifier {
  return (operand, { operator, path }) => {
    if (!isNumber(operand))
      throw typeMismatch(`Cannot ${operator} with non-numeric argument: {${path}: ${typeName(operand)}}`);
    return (current) => {
      if (current === undefined)
        return operation === "add" ? operand : arithmetic(operation, [operand, new Int32(0)]);
      if (!isNumber(current))
        throw typeMismatch(`Cannot apply ${operator} to '${path}' of non-numeric type ${typeName(current)}`);
      return arithmetic(operation, [current, operand], () => {
        throw badValue(`Failed to apply ${operator} operations to current value of '${path}'`);
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

let latest = new Timestamp({ t: 0, i: 0 });

/** A Timestamp that grows with every call. */
function nextTimestamp(): Timestamp {
  const t = Math.max(Math.floor(Date.now() / 1000), latest.t);
  latest = new Timestamp({ t, i: t === latest.t ? latest.i + 1 : 1 });
  return latest;
}

/** The change of an array; an absent one counts as `absent`. */
function arrayChange(
  setting: Setting,
  absent: Value[] | Missing,
  change: (items: Value[]) => Value[],
): Change {
  return (current = absent) => {
    if (current === undefined) return undefined;
    if (Array.isArray(current)) return change(current);
    throw badValue(
      `${setting.operator} needs an array, but '${setting.path}' is of type ${typeName(current)}`,
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

const push: Modifier = (operand, setting) => {
  const { items, options } = eachOf(operand, ["$position", "$slice", "$sort"]);
  const position = wholeOption(options, "$position");
  const slice = wholeOption(options, "$slice");
  const sort = options.get("$sort");
  const order = sort === undefined ? null : elementOrder(sort);
  return arrayChange(setting, [], (current) => {
    const at = position ?? current.length;
    const array = [...current.slice(0, at), ...items, ...current.slice(at)];
    if (order) array.sort(order);
    if (slice === undefined) return array;
    return slice >= 0 ? array.slice(0, slice) : array.slice(slice);
  });
};

const addToSet: Modifier = (operand, setting) => {
  const { items } = eachOf(operand, []);
  return arrayChange(setting, [], (current) => {
    const array = [...current];
    for (const item of items) if (!array.some((known) => equalValues(known, item))) array.push(item);
    return array;
  });
};

const pop: Modifier = (operand, setting) => {
  const side = toNumber(operand);
  if (side !== 1 && side !== -1) throw badValue(`$pop expects 1 or -1, found: ${String(operand)}`);
  return arrayChange(setting, undefined, (items) => (side === 1 ? items.slice(0, -1) : items.slice(1)));
};

const pull: Modifier = (operand, setting) => {
  const { test } = elementTest(operand, setting.expressions);
  return arrayChange(setting, undefined, (items) => items.filter((item) => !test(item)));
};

const pullAll: Modifier = (operand, setting) => {
  if (!Array.isArray(operand)) throw badValue(`$pullAll requires an array, not ${typeName(operand)}`);
  const gone = (item: Value) => operand.some((other) => equalValues(other, item));
  return arrayChange(setting, undefined, (items) => items.filter((item) => !gone(item)));
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
