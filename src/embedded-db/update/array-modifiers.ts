import { compareValues, equalValues } from "../bson/compare.ts";
import { getAtPath } from "../bson/path.ts";
import { type Doc, isDoc, isNumber, type Missing, toNumber, typeName, type Value } from "../bson/values.ts";
import { badValue } from "../errors.ts";
import type { Modifier } from "./modifiers.ts";

function arrayOf(current: Value | Missing, operator: string, path: string): Value[] {
  if (current === undefined) return [];
  if (!Array.isArray(current)) {
    throw badValue(`The field '${path}' must be an array but is of type ${typeName(current)} (${operator})`);
  }
  return current;
}

/** `{ $each: [...] }` with its companions, or one plain value. */
function eachOf(operand: Value, allowed: readonly string[]): { items: Value[]; options: Doc } {
  if (!isDoc(operand) || !operand.has("$each")) return { items: [operand], options: new Map() };
  const items = operand.get("$each");
  if (!Array.isArray(items)) throw badValue("The argument to $each must be an array");
  for (const name of operand.keys()) {
    if (!allowed.includes(name)) throw badValue(`Unrecognized clause in update operator: ${name}`);
  }
  return { items, options: operand };
}

function wholeOption(options: Doc, name: string): number | undefined {
  const value = options.get(name);
  if (value === undefined) return undefined;
  if (!isNumber(value) || !Number.isInteger(toNumber(value))) {
    throw badValue(`The value for ${name} must be an integer value but was given type: ${typeName(value)}`);
  }
  return toNumber(value);
}

function push(current: Value | Missing, operand: Value, { path }: { path: string }): Value {
  const array = [...arrayOf(current, "$push", path)];
  const { items, options } = eachOf(operand, ["$each", "$position", "$slice", "$sort"]);
  const position = wholeOption(options, "$position");
  if (position === undefined) for (const item of items) array.push(item);
  else array.splice(position, 0, ...items);
  const sort = options.get("$sort");
  if (sort !== undefined) array.sort(elementOrder(sort));
  const slice = wholeOption(options, "$slice");
  if (slice === undefined) return array;
  return slice >= 0 ? array.slice(0, slice) : array.slice(slice);
}

function elementOrder(sort: Value): (a: Value, b: Value) => number {
  if (!isDoc(sort)) {
    const sign = toNumber(sort);
    if (sign !== 1 && sign !== -1) throw badValue("The $sort element value must be either 1 or -1");
    return (a, b) => sign * compareValues(a, b);
  }
  const fields = [...sort].map(([path, direction]) => ({ path, sign: toNumber(direction) < 0 ? -1 : 1 }));
  const at = (item: Value, path: string): Value => (isDoc(item) ? (getAtPath(item, path) ?? null) : null);
  return (a, b) => {
    for (const { path, sign } of fields) {
      const order = sign * compareValues(at(a, path), at(b, path));
      if (order !== 0) return order;
    }
    return 0;
  };
}

function addToSet(current: Value | Missing, operand: Value, { path }: { path: string }): Value | Missing {
  const array = [...arrayOf(current, "$addToSet", path)];
  const { items } = eachOf(operand, ["$each"]);
  const before = array.length;
  for (const item of items) if (!array.some((known) => equalValues(known, item))) array.push(item);
  return array.length === before && current !== undefined ? undefined : array;
}

function pop(current: Value | Missing, operand: Value, { path }: { path: string }): Value | Missing {
  const side = toNumber(operand);
  if (side !== 1 && side !== -1) throw badValue(`$pop expects 1 or -1, found: ${String(operand)}`);
  if (current === undefined) return undefined;
  if (!Array.isArray(current)) {
    throw badValue(`Path '${path}' contains an element of non-array type '${typeName(current)}'`);
  }
  return side === 1 ? current.slice(0, -1) : current.slice(1);
}

const pull: Modifier = (current, operand, { matches }) => {
  if (current === undefined) return undefined;
  if (!Array.isArray(current)) throw badValue("Cannot apply $pull to a non-array value");
  const test = matches(operand);
  return current.filter((item) => !test(item));
};

const pullAll: Modifier = (current, operand) => {
  if (!Array.isArray(operand))
    throw badValue(`$pullAll requires an array argument but was given a ${typeName(operand)}`);
  if (current === undefined) return undefined;
  if (!Array.isArray(current)) throw badValue("Cannot apply $pullAll to a non-array value");
  return current.filter((item) => !operand.some((gone) => equalValues(gone, item)));
};

export const ARRAY_MODIFIERS: Record<string, Modifier> = {
  $push: push,
  $addToSet: addToSet,
  $pop: pop,
  $pull: pull,
  $pullAll: pullAll,
};
