import { compareValues, equalValues } from "../bson/key.ts";
import { arithmetic, divide } from "../bson/numbers.ts";
import {
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
import { DatabaseError, failedToParse, notImplemented, typeMismatch } from "../errors.ts";
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
  (body: string, apply: (items: Value[], evaluate: (item: Value) => Result) => Value): Operator =>
  (argument, compiler, name) => {
    if (name === "$filter" && isDoc(argument) && argument.has("limit"))
      throw notImplemented(`the limit of ${name}`);
    const parts = namedArguments(argument, name, ["input", body, "as?"]);
    const as = stringOf(parts.get("as") ?? "this", name, 16866);
    const input = compiler.compile(parts.get("input") as Value);
    const evaluate = compiler.within([as], parts.get(body) as Value);
    return (root, variables) => {
      const items = input(root, variables);
      if (isNull(items)) return null;
      return apply(arrayOf(items, name), (item) => evaluate(root, new Map(variables).set(as, item)));
    };
  };

const comparison = (holds: (order: number) => Value): Operator =>
  strict(2, ([a, b]) => holds(compareValues(a, b)));

/** Only letters of ASCII have another case here, as in MongoDB. */
const recased = (letters: RegExp, change: (letters: string) => string): Operator =>
  strict(1, ([text], name) => {
    if (isNumber(text) || text instanceof Date) throw notImplemented(`${name} of a ${typeName(text)}`);
    return stringOf(text ?? "", name, 16007).replace(letters, change);
  });

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

function arrayOf(value: Result, name: string, code = 28651): Value[] {
  if (Array.isArray(value)) return value;
  throw new DatabaseError(code, `${name} requires an array, found: ${typeName(value)}`);
}

function stringOf(value: Result, name: string, code: number): string {
  if (typeof value === "string") return value;
  throw new DatabaseError(code, `${name} only supports strings, not ${typeName(value)}`);
}

const TEXTUAL = new Set(["string", "bool", "int", "long", "double", "decimal", "objectId"]);

function textOf([value]: Value[]): string {
  if (value instanceof Date) return value.toISOString();
  if (TEXTUAL.has(typeName(value))) return String(value);
  throw new DatabaseError("ConversionFailure", `Unsupported conversion from ${typeName(value)} to string`);
}

const folding =
  (operation: "add" | "multiply", start: number) =>
  (values: Value[], name: string): Numeric =>
    values.reduce<Numeric>(
      (total, value) => arithmetic(operation, [total, numberOf(value, name)]),
      int(start),
    );

const sum = folding("add", 0);

function dateAt(ms: number, name: string): Date {
  const at = new Date(ms);
  if (!Number.isNaN(at.getTime())) return at;
  throw new DatabaseError("OverflowError", `date overflow in ${name}`);
}

function add(values: Value[], name: string): Value {
  const date = values.find((value) => value instanceof Date);
  if (!date) return sum(values, name);
  const ms = toNumber(sum(values.toSpliced(values.indexOf(date), 1), name));
  return dateAt(date.getTime() + Math.round(ms), name);
}

function subtract([a, b]: Value[], name: string): Value {
  if (!(a instanceof Date)) return arithmetic("subtract", [numberOf(a, name), numberOf(b, name)]);
  if (b instanceof Date) return BigInt(a.getTime() - b.getTime());
  return dateAt(a.getTime() - Math.round(toNumber(numberOf(b, name))), name);
}

function elementAt([list, position]: Value[], name: string): Result {
  const at = toNumber(position);
  if (Number.isInteger(at)) return arrayOf(list, name).at(at);
  throw new DatabaseError(28690, `${name}'s second argument must be a whole number`);
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
  if (!Array.isArray(given) || given.length === 0)
    throw new DatabaseError(40068, "$switch requires at least one branch.");
  const branches = given.map((branch) => compiler.list(name, branch, ["case", "then"]));
  const other = parts.get("default");
  const fallback = other === undefined ? null : compiler.compile(other);
  return (root, variables) => {
    const [, hit = fallback] = branches.find(([test]) => isTruthy(test?.(root, variables))) ?? [];
    if (hit) return hit(root, variables);
    throw new DatabaseError(40066, "$switch found no matching branch, and no default was specified.");
  };
};

const letIn: Operator = (argument, compiler, name) => {
  const parts = namedArguments(argument, name, ["vars", "in"]);
  const vars = parts.get("vars");
  if (!isDoc(vars)) throw failedToParse("$let vars must be an object");
  const values = [...vars].map(([name, value]) => [name, compiler.compile(value)] as const);
  const body = compiler.within([...vars.keys()], parts.get("in") as Value);
  return (root, variables) => {
    const more = values.map(([name, evaluate]) => [name, evaluate(root, variables)] as const);
    return body(root, new Map([...variables, ...more]));
  };
};

/** The expression operators that are supported. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries<Operator>({
    $literal: (argument) => () => argument,
    $rand: () => () => Math.random(),
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
    $let: letIn,
    $add: nullable(null, add),
    $subtract: nullable(2, subtract),
    $multiply: nullable(null, folding("multiply", 1)),
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
    $concatArrays: nullable(null, (lists, name) => lists.flatMap((list) => arrayOf(list, name, 28664))),
    $map: overItems("in", (items, evaluate) => items.map((item) => evaluate(item) ?? null)),
    $filter: overItems("cond", (items, evaluate) => items.filter((item) => isTruthy(evaluate(item)))),
    $setField: strict(["field", "input", "value"], withField),
    $concat: nullable(null, (texts, name) => texts.map((text) => stringOf(text, name, 16702)).join("")),
    $toUpper: recased(/[a-z]+/g, (letters) => letters.toUpperCase()),
    $toLower: recased(/[A-Z]+/g, (letters) => letters.toLowerCase()),
    $toString: nullable(1, textOf),
    $year: datePart((at) => at.getUTCFullYear()),
    $month: datePart((at) => at.getUTCMonth() + 1),
    $dayOfMonth: datePart((at) => at.getUTCDate()),
  }),
);
