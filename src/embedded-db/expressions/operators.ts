import { compareValues, equalValues } from "../bson/key.ts";
import { arithmetic, divide } from "../bson/numbers.ts";
import {
  Decimal128,
  int,
  isDoc,
  isNumber,
  isTruthy,
  type Missing,
  type Numeric,
  ObjectId,
  Timestamp,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { DatabaseError, notImplemented, typeMismatch } from "../errors.ts";
import { type Accumulator, ACCUMULATORS } from "./accumulators.ts";
import { type Arity, type Evaluate, isNull, namedArguments, type Operator, setField } from "./operator.ts";

type Result = Value | Missing;

/** An operator that evaluates no more of its arguments than it needs. */
const lazy =
  (
    arity: Arity,
    apply: (items: Evaluate[], evaluate: (item: Evaluate) => Result, name: string) => Result,
  ): Operator =>
  (argument, compiler, name) => {
    const items = compiler.list(name, argument, arity);
    return (root, variables) => apply(items, (item) => item(root, variables), name);
  };

/** An operator on the values of its arguments. */
const strict = (arity: Arity, apply: (values: Result[], name: string) => Result): Operator =>
  lazy(arity, (items, evaluate, name) => apply(items.map(evaluate), name));

/** An operator that is null as soon as one of its arguments is null or missing. */
const nullable = (arity: Arity, apply: (values: Value[], name: string) => Result): Operator =>
  strict(arity, (values, name) => (values.some(isNull) ? null : apply(values as Value[], name)));

/** An operator that shows its body each item of an array, in a variable. */
const overItems =
  (
    body: string,
    code: number,
    apply: (items: Value[], evaluate: (item: Value) => Result) => Value,
  ): Operator =>
  (argument, compiler, name) => {
    if (name === "$filter" && isDoc(argument) && argument.has("limit"))
      throw notImplemented(`the limit of ${name}`);
    const parts = namedArguments(argument, name, ["input", body, "as?"]);
    const as = stringOf(parts.get("as") ?? "this", name, 9);
    const input = compiler.compile(parts.get("input") as Value);
    const evaluate = compiler.within([as], parts.get(body) as Value);
    return (root, variables) => {
      const items = input(root, variables);
      if (isNull(items)) return null;
      return apply(arrayOf(items, name, code), (item) => evaluate(root, new Map(variables).set(as, item)));
    };
  };

const comparison = (holds: (order: number) => Value): Operator =>
  strict(2, ([a, b]) => holds(compareValues(a, b)));

/** Takes one argument after the other into the result, and no more of them once one is null or missing. */
const folding = (start: Value, step: (total: Value, value: Value, name: string) => Value): Operator =>
  lazy(null, (items, evaluate, name) =>
    items.reduce<Value>((total, item) => {
      const value = total === null ? null : evaluate(item);
      return isNull(value) ? null : step(total, value, name);
    }, start),
  );

/** `$sum` and its like: accumulators over their arguments, or over the one array that they get. */
const folded = strict(null, (values, name) => {
  const { start, step, end } = ACCUMULATORS.get(name) as Accumulator;
  const [only] = values;
  const all = values.length === 1 && Array.isArray(only) ? only : values;
  return end(all.reduce((state, value) => step(state, value, () => undefined), start()));
});

/** A part of a date in UTC. */
const datePart = (read: (at: Date) => number): Operator =>
  nullable(1, ([value], name) => {
    const at = value instanceof ObjectId ? value.getTimestamp() : value;
    if (at instanceof Date) return int(read(at));
    if (isDoc(at) || at instanceof Timestamp) throw notImplemented(`${name} of a ${typeName(at)}`);
    throw new DatabaseError(16006, `can't convert from BSON type ${typeName(value)} to Date (${name})`);
  });

function numberOf(value: Result, name: string): Numeric {
  if (isNumber(value)) return value;
  throw typeMismatch(`${name} only supports numeric types, not ${typeName(value)}`);
}

function arrayOf(value: Result, name: string, code = 28689): Value[] {
  if (Array.isArray(value)) return value;
  throw new DatabaseError(code, `${name} requires an array, found: ${typeName(value)}`);
}

function stringOf(value: Result, name: string, code: number): string {
  if (typeof value === "string") return value;
  throw new DatabaseError(code, `${name} only supports strings, not ${typeName(value)}`);
}

/** A date so many milliseconds later. */
function moved(date: Date, by: Numeric, name: string): Date {
  if (by instanceof Decimal128) throw notImplemented(`a decimal number of milliseconds in ${name}`);
  const ms = toNumber(by);
  const at = new Date(date.getTime() + Math.sign(ms) * Math.round(Math.abs(ms)));
  if (!Number.isNaN(at.getTime())) return at;
  throw new DatabaseError("OverflowError", `date overflow in ${name}`);
}

function plus(total: Value, value: Value, name: string): Value {
  if (!(value instanceof Date)) {
    const by = numberOf(value, name);
    return total instanceof Date ? moved(total, by, name) : arithmetic("add", [total as Numeric, by]);
  }
  if (total instanceof Date) throw new DatabaseError(16612, `only one date allowed in an ${name} expression`);
  return moved(value, total as Numeric, name);
}

function minus([a, b]: Value[], name: string): Value {
  if (a instanceof Date && b instanceof Date) return BigInt(a.getTime() - b.getTime());
  const by = numberOf(b, name);
  if (a instanceof Date) return moved(a, arithmetic("multiply", [int(-1), by]), name);
  return arithmetic("subtract", [numberOf(a, name), by]);
}

function elementAt([list, position]: Value[], name: string): Result {
  const items = arrayOf(list, name);
  const at = toNumber(position);
  if (at === (at | 0)) return items.at(at);
  throw new DatabaseError(
    isNumber(position) ? 28691 : 28690,
    `${name}'s second argument must be a 32-bit integer`,
  );
}

/** Names with dots and dollar signs are plain names here. */
function withField([field, doc, value]: Result[], name: string): Value {
  if (isNull(doc)) return null;
  if (!isDoc(doc)) throw new DatabaseError(4161105, `${name} requires 'input' to evaluate to type Object`);
  return setField(new Map(doc), stringOf(field, name, 4161107), value);
}

const firstPresent = lazy(null, (items, evaluate) =>
  items.reduce<Result>((value, item) => (isNull(value) ? evaluate(item) : value), undefined),
);

const ifNull: Operator = (argument, compiler, name) => {
  if (!Array.isArray(argument) || argument.length < 2)
    throw new DatabaseError(1257300, "$ifNull needs at least two arguments");
  return firstPresent(argument, compiler, name);
};

const conditional: Operator = (argument, compiler, name) => {
  const parts = compiler.list(name, argument, isDoc(argument) ? ["if", "then", "else"] : 3);
  const [test, yes, no] = parts as [Evaluate, Evaluate, Evaluate];
  return (root, variables) => (isTruthy(test(root, variables)) ? yes : no)(root, variables);
};

const switchOf: Operator = (argument, compiler, name) => {
  const parts = namedArguments(argument, name, ["branches", "default?"]);
  const given = parts.get("branches");
  if (!Array.isArray(given)) throw new DatabaseError(40061, "$switch expected an array for 'branches'");
  if (given.length === 0) throw new DatabaseError(40068, "$switch requires at least one branch.");
  const branches = given.map((branch) => compiler.list("a branch of $switch", branch, ["case", "then"]));
  const other = parts.get("default");
  const fallback = other === undefined ? null : compiler.compile(other);
  return (root, variables) => {
    const [, hit = fallback] = branches.find(([test]) => isTruthy(test?.(root, variables))) ?? [];
    if (hit) return hit(root, variables);
    throw new DatabaseError(40066, "$switch found no matching branch, and no default was specified.");
  };
};

/** The expression operators that are supported. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries<Operator>({
    $literal: (argument) => () => argument,
    $rand(argument) {
      const parts = Array.isArray(argument) ? argument.length : isDoc(argument) ? argument.size : null;
      if (parts === null) throw new DatabaseError(10065, "invalid parameter: expected an object ($rand)");
      if (parts > 0) throw new DatabaseError(3040501, "$rand does not currently accept arguments");
      return () => Math.random();
    },
    $eq: comparison((order) => order === 0),
    $ne: comparison((order) => order !== 0),
    $gt: comparison((order) => order > 0),
    $gte: comparison((order) => order >= 0),
    $lt: comparison((order) => order < 0),
    $lte: comparison((order) => order <= 0),
    $cmp: comparison((order) => int(Math.sign(order))),
    $and: lazy(null, (items, evaluate) => items.every((item) => isTruthy(evaluate(item)))),
    $or: lazy(null, (items, evaluate) => items.some((item) => isTruthy(evaluate(item)))),
    $not: strict(1, ([value]) => !isTruthy(value)),
    $cond: conditional,
    $switch: switchOf,
    $ifNull: ifNull,
    $add: folding(int(0), plus),
    $subtract: nullable(2, minus),
    $multiply: folding(int(1), (total, value, name) =>
      arithmetic("multiply", [total as Numeric, numberOf(value, name)]),
    ),
    $divide: nullable(2, ([a, b], name) => divide(numberOf(a, name), numberOf(b, name))),
    $sum: folded,
    $avg: folded,
    $min: folded,
    $max: folded,
    $mergeObjects: folded,
    $type: strict(1, ([value]) => typeName(value)),
    $isNumber: strict(1, ([value]) => isNumber(value)),
    $isArray: strict(1, ([value]) => Array.isArray(value)),
    $in: strict(2, ([value, list], name) =>
      arrayOf(list, name, 40081).some((item) => equalValues(item, value)),
    ),
    $size: strict(1, ([list], name) => int(arrayOf(list, name, 17124).length)),
    $arrayElemAt: nullable(2, elementAt),
    $first: nullable(1, ([list], name) => arrayOf(list, name)[0]),
    $last: nullable(1, ([list], name) => arrayOf(list, name).at(-1)),
    $concatArrays: folding([], (total, list, name) => [...(total as Value[]), ...arrayOf(list, name, 28664)]),
    $map: overItems("in", 16883, (items, evaluate) => items.map((item) => evaluate(item) ?? null)),
    $filter: overItems("cond", 28651, (items, evaluate) => items.filter((item) => isTruthy(evaluate(item)))),
    $setField: strict(["field", "input", "value"], withField),
    $concat: folding("", (total, text, name) => `${total as string}${stringOf(text, name, 16702)}`),
    $year: datePart((at) => at.getUTCFullYear()),
    $month: datePart((at) => at.getUTCMonth() + 1),
    $dayOfMonth: datePart((at) => at.getUTCDate()),
  }),
);
