import { compareValues } from "../bson/compare.ts";
import { valueKey } from "../bson/key.ts";
import { type Doc, isDoc, isTruthy, type Missing, typeName, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import { fixed, isNull, MANY, type Values } from "./basic.ts";
import type { Operator } from "./compile.ts";

function setOf(name: string, value: Value | Missing): Value[] {
  if (!Array.isArray(value))
    throw new DatabaseError(
      17043,
      `All operands of ${name} must be arrays. One argument is of type: ${typeName(value)}`,
    );
  return value;
}

function unique(values: Value[]): Value[] {
  return [...new Map(values.map((value) => [valueKey(value), value])).values()].sort(compareValues);
}

const keys = (name: string, value: Value | Missing): Set<string> => new Set(setOf(name, value).map(valueKey));

function docsMerged(values: Values): Value {
  const merged: Doc = new Map();
  for (const value of values.length === 1 && Array.isArray(values[0]) ? values[0] : values) {
    if (isNull(value)) continue;
    if (!isDoc(value))
      throw new DatabaseError(
        40400,
        `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`,
      );
    for (const [name, item] of value) merged.set(name, item);
  }
  return merged;
}

export const SET_OPERATORS: [string, Operator][] = [
  fixed("$mergeObjects", MANY, docsMerged),
  fixed("$setUnion", MANY, (values) =>
    values.some(isNull) ? null : unique(values.flatMap((value) => setOf("$setUnion", value))),
  ),
  fixed("$setIntersection", MANY, (values) => {
    if (values.some(isNull)) return null;
    const [first = [], ...rest] = values.map((value) => setOf("$setIntersection", value));
    const others = rest.map((value) => keys("$setIntersection", value));
    return unique(first.filter((item) => others.every((other) => other.has(valueKey(item)))));
  }),
  fixed("$setDifference", 2, ([a, b]) => {
    if (isNull(a) || isNull(b)) return null;
    const gone = keys("$setDifference", b);
    return unique(setOf("$setDifference", a).filter((item) => !gone.has(valueKey(item))));
  }),
  fixed("$setEquals", [2, Number.POSITIVE_INFINITY], (values) => {
    const [first, ...rest] = values.map((value) => [...keys("$setEquals", value)].sort().join("\u0001"));
    return rest.every((other) => other === first);
  }),
  fixed("$setIsSubset", 2, ([a, b]) => {
    const all = keys("$setIsSubset", b);
    return setOf("$setIsSubset", a).every((item) => all.has(valueKey(item)));
  }),
  fixed("$anyElementTrue", 1, ([list]) => setOf("$anyElementTrue", list).some(isTruthy)),
  fixed("$allElementsTrue", 1, ([list]) => setOf("$allElementsTrue", list).every(isTruthy)),
];
