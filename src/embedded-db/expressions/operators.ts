import { compareValues, equalValues } from "../bson/compare.ts";
import { arithmetic, divide, type Numeric } from "../bson/numbers.ts";
import {
  int,
  isDoc,
  isNumber,
  isTruthy,
  type Missing,
  ObjectId,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { DatabaseError, failedToParse, typeMismatch } from "../errors.ts";
import { type Accumulator, ACCUMULATORS } from "./accumulators.ts";
import { type Arity, type Evaluate, isNull, namedArguments, type Operator, setField } from "./operator.ts";

type Apply<Values> = (values: Values) => Value | Missing;
type Named = [string, Operator];

/** An operator that evaluates no more of its arguments than it needs. */
function lazy(
  name: string,
  arity: Arity,
  apply: (items: Evaluate[], evaluate: (item: Evaluate) => Value | Missing) => Value | Missing,
): Named {
  return [
    name,
    (argument, compiler) => {
      const items = compiler.list(name, argument, arity);
      return (root, variables) => apply(items, (item) => item(root, variables));
    },
  ];
}

/** An operator on the values of its arguments. */
const strict = (name: string, arity: Arity, apply: Apply<(Value | Missing)[]>): Named =>
  lazy(name, arity, (items, evaluate) => apply(items.map(evaluate)));

/** An operator that is null as soon as one of its arguments is null or missing. */
const nullable = (name: string, arity: Arity, apply: Apply<Value[]>): Named =>
  strict(name, arity, (values) => (values.some(isNull) ? null : apply(values as Value[])));

/** An operator that shows its body each item of an array, in a variable. */
function overItems(
  name: string,
  body: string,
  apply: (items: Value[], evaluate: (item: Value) => Value | Missing) => Value,
): Named {
  return [
    name,
    (argument, compiler) => {
      const parts = namedArguments(argument, name, ["input", body, "as?"]);
      const as = stringOf(name, parts.get("as") ?? "this", 16866);
      const input = compiler.compile(parts.get("input") as Value);
      const evaluate = compiler.within([as], parts.get(body) as Value);
      return (root, variables) => {
        const items = input(root, variables);
        if (isNull(items)) return null;
        return apply(arrayOf(name, items), (item) => evaluate(root, new Map(variables).set(as, item)));
      };
    },
  ];
}

const comparison = (name: string, holds: (order: number) => Value): Named =>
  strict(name, 2, ([a, b]) => holds(compareValues(a, b)));

/** Only letters of ASCII have another case here, as in MongoDB. */
const recased = (name: string, letters: RegExp, change: (letters: string) => string): Named =>
  strict(name, 1, ([text]) => stringOf(name, text ?? "", 16007).replace(letters, change));

/** `$sum` and its like: accumulators over their arguments, or over the one array that they get. */
const folded = (name: string): Named =>
  strict(name, null, (values) => {
    const { start, step, end } = ACCUMULATORS.get(name) as Accumulator;
    const [only] = values;
    const all = values.length === 1 && Array.isArray(only) ? only : values;
    return end(all.reduce((state, value) => step(state, value, () => undefined), start()));
  });

/** A part of a date in UTC. */
const datePart = (name: string, read: (at: Date) => number): Named =>
  nullable(name, 1, ([value]) => {
    const at = value instanceof ObjectId ? value.getTimestamp() : value;
    if (at instanceof Date) return int(read(at));
    throw new DatabaseError(16006, `can't convert from BSON type ${typeName(value)} to Date (${name})`);
  });

function numberOf(name: string, value: Value | Missing): Numeric {
  if (isNumber(value)) return value;
  throw typeMismatch(`${name} only supports numeric types, not ${typeName(value)}`);
}

function arrayOf(name: string, value: Value | Missing, code = 28651): Value[] {
  if (Array.isArray(value)) return value;
  throw new DatabaseError(code, `${name} requires an array, found: ${typeName(value)}`);
}

function stringOf(name: string, value: Value | Missing, code: number): string {
  if (typeof value === "string") return value;
  throw new DatabaseError(code, `${name} only supports strings, not ${typeName(value)}`);
}

const TEXTUAL = new Set(["string", "bool", "int", "long", "double", "decimal", "objectId"]);

function textOf([value]: Value[]): string {
  if (value instanceof Date) return value.toISOString();
  if (TEXTUAL.has(typeName(value))) return String(value);
  throw new DatabaseError("ConversionFailure", `Unsupported conversion from ${typeName(value)} to string`);
}

function reduced(operation: "add" | "multiply", values: Value[]): Numeric {
  return values.reduce<Numeric>(
    (total, value) => arithmetic(operation, [total, numberOf(`$${operation}`, value)]),
    int(operation === "add" ? 0 : 1),
  );
}

function add(values: Value[]): Value {
  const date = values.find((value) => value instanceof Date);
  if (!date) return reduced("add", values);
  const ms = toNumber(reduced("add", values.toSpliced(values.indexOf(date), 1)));
  return new Date(date.getTime() + Math.round(ms));
}

function subtract([a, b]: Value[]): Value {
  if (!(a instanceof Date))
    return arithmetic("subtract", [numberOf("$subtract", a), numberOf("$subtract", b)]);
  if (b instanceof Date) return BigInt(a.getTime() - b.getTime());
  return new Date(a.getTime() - Math.round(toNumber(numberOf("$subtract", b))));
}

function elementAt([list, position]: Value[]): Value | Missing {
  const at = toNumber(position);
  if (Number.isInteger(at)) return arrayOf("$arrayElemAt", list).at(at);
  throw new DatabaseError(28690, "$arrayElemAt's second argument must be a whole number");
}

/** Names with dots and dollar signs are plain names here. */
function withField([name, doc, value]: (Value | Missing)[]): Value {
  if (isNull(doc)) return null;
  if (!isDoc(doc)) throw new DatabaseError(4161105, "$setField requires 'input' to evaluate to type Object");
  return setField(new Map(doc), stringOf("'field' of $setField", name, 4161107), value);
}

const conditional: Operator = (argument, compiler) => {
  const parts = compiler.list("$cond", argument, isDoc(argument) ? ["if", "then", "else"] : 3);
  const [test, yes, no] = parts as [Evaluate, Evaluate, Evaluate];
  return (root, variables) => (isTruthy(test(root, variables)) ? yes : no)(root, variables);
};

const switchOf: Operator = (argument, compiler) => {
  const parts = namedArguments(argument, "$switch", ["branches", "default?"]);
  const given = parts.get("branches");
  if (!Array.isArray(given) || given.length === 0)
    throw new DatabaseError(40068, "$switch requires at least one branch.");
  const branches = given.map((branch) => compiler.list("$switch", branch, ["case", "then"]));
  const other = parts.get("default");
  const fallback = other === undefined ? null : compiler.compile(other);
  return (root, variables) => {
    const [, hit = fallback] = branches.find(([test]) => isTruthy(test?.(root, variables))) ?? [];
    if (hit) return hit(root, variables);
    throw new DatabaseError(40066, "$switch found no matching branch, and no default was specified.");
  };
};

const letIn: Operator = (argument, compiler) => {
  const parts = namedArguments(argument, "$let", ["vars", "in"]);
  const vars = parts.get("vars");
  if (!isDoc(vars)) throw failedToParse("$let vars must be an object");
  const values = [...vars].map(([name, value]) => [name, compiler.compile(value)] as const);
  const body = compiler.within([...vars.keys()], parts.get("in") as Value);
  return (root, variables) => {
    const more = values.map(([name, evaluate]) => [name, evaluate(root, variables)] as const);
    return body(root, new Map([...variables, ...more]));
  };
};

function firstPresent(items: Evaluate[], evaluate: (item: Evaluate) => Value | Missing): Value | Missing {
  if (items.length < 2) throw new DatabaseError(1257300, "$ifNull needs at least two arguments");
  return items.reduce<Value | Missing>((value, item) => (isNull(value) ? evaluate(item) : value), undefined);
}

/** The expression operators that are supported. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ["$literal", (argument) => () => argument],
  ["$rand", () => () => Math.random()],
  comparison("$eq", (order) => order === 0),
  comparison("$ne", (order) => order !== 0),
  comparison("$gt", (order) => order > 0),
  comparison("$gte", (order) => order >= 0),
  comparison("$lt", (order) => order < 0),
  comparison("$lte", (order) => order <= 0),
  comparison("$cmp", (order) => int(Math.sign(order))),
  lazy("$and", null, (items, evaluate) => items.every((item) => isTruthy(evaluate(item)))),
  lazy("$or", null, (items, evaluate) => items.some((item) => isTruthy(evaluate(item)))),
  strict("$not", 1, ([value]) => !isTruthy(value)),
  ["$cond", conditional],
  ["$switch", switchOf],
  lazy("$ifNull", null, firstPresent),
  ["$let", letIn],
  nullable("$add", null, add),
  nullable("$subtract", 2, subtract),
  nullable("$multiply", null, (values) => reduced("multiply", values)),
  nullable("$divide", 2, ([a, b]) => divide(numberOf("$divide", a), numberOf("$divide", b))),
  ...["$sum", "$avg", "$min", "$max", "$mergeObjects"].map(folded),
  strict("$type", 1, ([value]) => typeName(value)),
  strict("$isNumber", 1, ([value]) => isNumber(value)),
  strict("$isArray", 1, ([value]) => Array.isArray(value)),
  strict("$in", 2, ([value, list]) => arrayOf("$in", list, 40081).some((item) => equalValues(item, value))),
  strict("$size", 1, ([list]) => int(arrayOf("$size", list, 17124).length)),
  nullable("$arrayElemAt", 2, elementAt),
  nullable("$first", 1, ([list]) => arrayOf("$first", list)[0]),
  nullable("$last", 1, ([list]) => arrayOf("$last", list).at(-1)),
  nullable("$concatArrays", null, (lists) => lists.flatMap((list) => arrayOf("$concatArrays", list, 28664))),
  overItems("$map", "in", (items, evaluate) => items.map((item) => evaluate(item) ?? null)),
  overItems("$filter", "cond", (items, evaluate) => items.filter((item) => isTruthy(evaluate(item)))),
  strict("$setField", ["field", "input", "value"], withField),
  nullable("$concat", null, (texts) => texts.map((text) => stringOf("$concat", text, 16702)).join("")),
  recased("$toUpper", /[a-z]+/g, (letters) => letters.toUpperCase()),
  recased("$toLower", /[A-Z]+/g, (letters) => letters.toLowerCase()),
  nullable("$toString", 1, textOf),
  datePart("$year", (at) => at.getUTCFullYear()),
  datePart("$month", (at) => at.getUTCMonth() + 1),
  datePart("$dayOfMonth", (at) => at.getUTCDate()),
]);
