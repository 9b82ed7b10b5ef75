import {
  type Doc,
  int,
  isDoc,
  isNumber,
  isTruthy,
  type Missing,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { DatabaseError, notImplemented } from "../errors.ts";
import { fixed, isNull, MANY, type Values } from "./basic.ts";
import { type Compiling, type Evaluate, namedArguments, type Operator, type Scope } from "./compile.ts";

function arrayOf(name: string, value: Value | Missing): Value[] | null {
  if (isNull(value)) return null;
  if (!Array.isArray(value))
    throw new DatabaseError(
      28651,
      `The argument to ${name} must be an array, but was of type: ${typeName(value)}`,
    );
  return value;
}

interface Each {
  input: Evaluate;
  body: Evaluate;
  name: string;
}

function eachOf(
  argument: Value,
  compiling: Compiling,
  { operator, body }: { operator: string; body: string },
): Each {
  const parts = namedArguments(argument, operator, { required: ["input", body], optional: ["as", "limit"] });
  if (parts.has("limit")) throw notImplemented(`${operator} with limit`);
  const as = parts.get("as");
  const name = typeof as === "string" ? as : "this";
  return {
    input: compiling.compile(parts.get("input") as Value),
    body: compiling.within([name]).compile(parts.get(body) as Value),
    name,
  };
}

function withItem(scope: Scope, name: string, item: Value): Scope {
  return { root: scope.root, variables: new Map(scope.variables).set(name, item) };
}

const map: Operator = (argument, compiling) => {
  const { input, body, name } = eachOf(argument, compiling, { operator: "$map", body: "in" });
  return (scope) =>
    arrayOf("$map", input(scope))?.map((item) => body(withItem(scope, name, item)) ?? null) ?? null;
};

const filter: Operator = (argument, compiling) => {
  const { input, body, name } = eachOf(argument, compiling, { operator: "$filter", body: "cond" });
  return (scope) =>
    arrayOf("$filter", input(scope))?.filter((item) => isTruthy(body(withItem(scope, name, item)))) ?? null;
};

function elementAt([list, position]: (Value | Missing)[]): Value | Missing {
  const items = arrayOf("$arrayElemAt", list);
  if (!items || isNull(position)) return null;
  const at = isNumber(position) ? toNumber(position) : Number.NaN;
  if (!Number.isInteger(at))
    throw new DatabaseError(28690, "$arrayElemAt's second argument must be a whole number");
  return items.at(at);
}

function concat(values: (Value | Missing)[]): Value {
  if (values.some(isNull)) return null;
  return values.flatMap((value) => {
    if (!Array.isArray(value))
      throw new DatabaseError(28664, `$concatArrays only supports arrays, not ${typeName(value)}`);
    return value;
  });
}

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

export const ARRAY_OPERATORS: [string, Operator][] = [
  ["$map", map],
  ["$filter", filter],
  fixed("$size", 1, ([list]) => {
    if (!Array.isArray(list))
      throw new DatabaseError(
        17124,
        `The argument to $size must be an array, but was of type: ${typeName(list)}`,
      );
    return int(list.length);
  }),
  fixed("$isArray", 1, ([value]) => Array.isArray(value)),
  fixed("$arrayElemAt", 2, elementAt),
  fixed("$first", 1, ([list]) => (isNull(list) ? null : arrayOf("$first", list)?.[0])),
  fixed("$last", 1, ([list]) => (isNull(list) ? null : arrayOf("$last", list)?.at(-1))),
  fixed("$concatArrays", [0, Number.POSITIVE_INFINITY], concat),
  fixed("$mergeObjects", MANY, docsMerged),
  ["$getField", getField],
  ["$setField", (argument, compiling) => setField(argument, compiling, "$setField")],
  ["$unsetField", (argument, compiling) => setField(argument, compiling, "$unsetField")],
];

/** `$setField` and `$unsetField`: names with dots and dollar signs are plain names here. */
function setField(argument: Value, compiling: Compiling, operator: "$setField" | "$unsetField"): Evaluate {
  const required = operator === "$setField" ? ["field", "input", "value"] : ["field", "input"];
  const parts = namedArguments(argument, operator, { required });
  const name = literalName(parts.get("field") as Value, operator);
  const input = compiling.compile(parts.get("input") as Value);
  const value = operator === "$setField" ? compiling.compile(parts.get("value") as Value) : () => undefined;
  return (scope) => {
    const doc = input(scope);
    if (isNull(doc)) return null;
    if (!isDoc(doc))
      throw new DatabaseError(4161105, `${operator} requires 'input' to evaluate to type Object`);
    const copy: Doc = new Map(doc);
    const next = value(scope);
    if (next === undefined) copy.delete(name);
    else copy.set(name, next);
    return copy;
  };
}

function literalName(field: Value, operator: string): string {
  const name = isDoc(field) && field.has("$literal") ? field.get("$literal") : field;
  if (typeof name !== "string")
    throw new DatabaseError(4161107, `${operator} requires 'field' to evaluate to type String`);
  return name;
}

function getField(argument: Value, compiling: Compiling): Evaluate {
  const parts =
    isDoc(argument) && argument.has("field") ? argument : new Map<string, Value>([["field", argument]]);
  const name = literalName(parts.get("field") ?? null, "$getField");
  const input = compiling.compile(parts.get("input") ?? "$$CURRENT");
  return (scope) => {
    const doc = input(scope);
    return isDoc(doc) ? doc.get(name) : isNull(doc) ? null : undefined;
  };
}
