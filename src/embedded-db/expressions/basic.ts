import { compareValues, equalValues } from "../bson/compare.ts";
import { arithmetic, divide, type Numeric, toBigInt, toDecimal } from "../bson/numbers.ts";
import {
  Decimal128,
  int,
  Int32,
  isDoc,
  isNumber,
  isTruthy,
  type Missing,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { DatabaseError, failedToParse } from "../errors.ts";
import {
  argumentsOf,
  type Compiling,
  type Evaluate,
  namedArguments,
  type Operator,
  type Scope,
} from "./compile.ts";

export type Values = (Value | Missing)[];

/** An operator on a fixed number of values. */
export function fixed(
  name: string,
  count: number | [number, number],
  apply: (values: Values) => Value | Missing,
): [string, Operator] {
  const [least, most] = typeof count === "number" ? [count, count] : count;
  return [
    name,
    (argument, compiling) => {
      const items = argumentsOf(argument, compiling, { name, least, most });
      return (scope) => apply(items.map((item) => item(scope)));
    },
  ];
}

export const MANY: [number, number] = [0, Number.POSITIVE_INFINITY];

export const isNull = (value: Value | Missing): value is null | undefined =>
  value === null || value === undefined;

function sumOf(values: Values): Value {
  let total: Numeric = int(0);
  for (const value of values) if (isNumber(value)) total = arithmetic("add", [total, value]);
  return total;
}

function add(values: Values): Value {
  if (values.some(isNull)) return null;
  const date = values.find((value) => value instanceof Date);
  let total: Numeric = int(0);
  for (const value of values) {
    if (value === date) continue;
    if (!isNumber(value))
      throw new DatabaseError(14, `$add only supports numeric or date types, not ${typeName(value)}`);
    total = arithmetic("add", [total, value]);
  }
  return date instanceof Date ? new Date(date.getTime() + Math.round(toNumber(total))) : total;
}

function subtract([a, b]: Values): Value {
  if (isNull(a) || isNull(b)) return null;
  if (a instanceof Date && b instanceof Date) return BigInt(a.getTime() - b.getTime());
  if (a instanceof Date && isNumber(b)) return new Date(a.getTime() - Math.round(toNumber(b)));
  if (isNumber(a) && isNumber(b)) return arithmetic("subtract", [a, b]);
  throw new DatabaseError(14, `can't $subtract ${typeName(b)} from ${typeName(a)}`);
}

function multiply(values: Values): Value {
  if (values.some(isNull)) return null;
  return values.reduce<Numeric>((product, value) => {
    if (!isNumber(value))
      throw new DatabaseError(14, `$multiply only supports numeric types, not ${typeName(value)}`);
    return arithmetic("multiply", [product, value]);
  }, int(1));
}

function numbersOf(name: string, [a, b]: Values): [Numeric, Numeric] | null {
  if (isNull(a) || isNull(b)) return null;
  if (!isNumber(a) || !isNumber(b))
    throw new DatabaseError(14, `${name} only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  return [a, b];
}

function modulo(values: Values): Value {
  const pair = numbersOf("$mod", values);
  if (!pair) return null;
  const [a, b] = pair;
  if (toNumber(b) === 0) throw new DatabaseError(16610, "can't $mod by zero");
  if (a instanceof Decimal128 || b instanceof Decimal128) {
    const quotient = toBigInt(divide(toDecimal(a), toDecimal(b)));
    return arithmetic("subtract", [toDecimal(a), arithmetic("multiply", [toDecimal(b), quotient])]);
  }
  if (typeof a === "number" || typeof b === "number") return toNumber(a) % toNumber(b);
  const rest = toBigInt(a) % toBigInt(b);
  return a instanceof Int32 && b instanceof Int32 ? int(Number(rest)) : rest;
}

/** Functions of one number that keep whole types whole. */
function rounding(name: string, round: (value: number) => number): [string, Operator] {
  return fixed(name, 1, ([value]) => {
    if (isNull(value)) return null;
    if (!isNumber(value))
      throw new DatabaseError(28765, `${name} only supports numeric types, not ${typeName(value)}`);
    if (typeof value === "bigint") return name === "$abs" && value < 0n ? -value : value;
    if (value instanceof Decimal128)
      throw new DatabaseError(238, `${name} of a Decimal128 is not supported by the embedded database`);
    return value instanceof Int32 ? int(round(value.value)) : round(value);
  });
}

/** `$and` and `$or` look at no more arguments than they need: a later one may be an error. */
function logical(name: string, apply: (items: Evaluate[], scope: Scope) => boolean): [string, Operator] {
  return [
    name,
    (argument, compiling) => {
      const items = argumentsOf(argument, compiling, { name, least: 0, most: Number.POSITIVE_INFINITY });
      return (scope) => apply(items, scope);
    },
  ];
}

function comparison(name: string, holds: (order: number) => Value): [string, Operator] {
  return fixed(name, 2, ([a, b]) => holds(compareValues(a, b)));
}

function conditional(argument: Value, compiling: Compiling): Evaluate {
  const parts = isDoc(argument)
    ? namedArguments(argument, "$cond", { required: ["if", "then", "else"] })
    : null;
  const list = parts ? [parts.get("if"), parts.get("then"), parts.get("else")] : argument;
  const [test, yes, no] = argumentsOf(list as Value, compiling, { name: "$cond", least: 3, most: 3 }) as [
    Evaluate,
    Evaluate,
    Evaluate,
  ];
  return (scope) => (isTruthy(test(scope)) ? yes(scope) : no(scope));
}

function switchOf(argument: Value, compiling: Compiling): Evaluate {
  const parts = namedArguments(argument, "$switch", { required: ["branches"], optional: ["default"] });
  const given = parts.get("branches");
  if (!Array.isArray(given) || given.length === 0)
    throw new DatabaseError(40068, "$switch requires at least one branch.");
  const branches = given.map((branch) => {
    const one = namedArguments(branch, "$switch", { required: ["case", "then"] });
    return {
      test: compiling.compile(one.get("case") as Value),
      then: compiling.compile(one.get("then") as Value),
    };
  });
  const other = parts.get("default");
  const fallback = other === undefined ? null : compiling.compile(other);
  return (scope) => {
    const hit = branches.find(({ test }) => isTruthy(test(scope)));
    if (hit) return hit.then(scope);
    if (!fallback)
      throw new DatabaseError(
        40066,
        "$switch could not find a matching branch for an input, and no default was specified.",
      );
    return fallback(scope);
  };
}

function ifNull(argument: Value, compiling: Compiling): Evaluate {
  const items = argumentsOf(argument, compiling, {
    name: "$ifNull",
    least: 2,
    most: Number.POSITIVE_INFINITY,
  });
  return (scope) => {
    let value: Value | Missing;
    for (const item of items) {
      value = item(scope);
      if (!isNull(value)) return value;
    }
    return value;
  };
}

function letIn(argument: Value, compiling: Compiling): Evaluate {
  const parts = namedArguments(argument, "$let", { required: ["vars", "in"] });
  const vars = parts.get("vars");
  if (!isDoc(vars)) throw failedToParse("$let vars must be an object");
  const names = [...vars.keys()];
  const values = [...vars.values()].map((value) => compiling.compile(value));
  const body = compiling.within(names).compile(parts.get("in") as Value);
  return (scope) => {
    const variables = new Map(scope.variables);
    for (const [i, name] of names.entries()) variables.set(name, values[i]?.(scope));
    return body({ root: scope.root, variables });
  };
}

function extreme(sign: number): (values: Values) => Value {
  return (values) => {
    let best: Value = null;
    for (const value of values) {
      if (!isNull(value) && (best === null || sign * compareValues(value, best) > 0)) best = value;
    }
    return best;
  };
}

/** `$sum` and its like spread over the one array that they get. */
function folded(name: string, fold: (values: Values) => Value): [string, Operator] {
  return fixed(name, MANY, (values) =>
    fold(values.length === 1 && Array.isArray(values[0]) ? values[0] : values),
  );
}

function averageOf(values: Values): Value {
  const numbers = values.filter(isNumber);
  if (numbers.length === 0) return null;
  return divide(sumOf(numbers) as Numeric, int(numbers.length));
}

export const BASIC_OPERATORS: [string, Operator][] = [
  ["$literal", (argument) => () => argument],
  ["$rand", () => () => Math.random()],
  fixed("$add", MANY, add),
  fixed("$subtract", 2, subtract),
  fixed("$multiply", MANY, multiply),
  fixed("$divide", 2, (values) => {
    const pair = numbersOf("$divide", values);
    return pair && divide(...pair);
  }),
  fixed("$mod", 2, modulo),
  rounding("$abs", Math.abs),
  rounding("$ceil", Math.ceil),
  rounding("$floor", Math.floor),
  comparison("$eq", (order) => order === 0),
  comparison("$ne", (order) => order !== 0),
  comparison("$gt", (order) => order > 0),
  comparison("$gte", (order) => order >= 0),
  comparison("$lt", (order) => order < 0),
  comparison("$lte", (order) => order <= 0),
  comparison("$cmp", (order) => int(Math.sign(order))),
  logical("$and", (items, scope) => items.every((item) => isTruthy(item(scope)))),
  logical("$or", (items, scope) => items.some((item) => isTruthy(item(scope)))),
  fixed("$not", 1, ([value]) => !isTruthy(value)),
  ["$cond", conditional],
  ["$switch", switchOf],
  ["$ifNull", ifNull],
  ["$let", letIn],
  folded("$sum", sumOf),
  folded("$avg", averageOf),
  folded("$min", extreme(-1)),
  folded("$max", extreme(1)),
  fixed("$type", 1, ([value]) => typeName(value)),
  fixed("$isNumber", 1, ([value]) => isNumber(value)),
  fixed("$in", 2, ([value, list]) => {
    if (!Array.isArray(list))
      throw new DatabaseError(40081, `$in requires an array as a second argument, found: ${typeName(list)}`);
    return list.some((item) => equalValues(item, value));
  }),
];
