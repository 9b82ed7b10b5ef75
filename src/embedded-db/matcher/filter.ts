import { toFields } from "../bson/decode.ts";
import { compareValues, valueKey } from "../bson/key.ts";
import { toBigInt } from "../bson/numbers.ts";
import {
  BSONRegExp,
  classOf,
  type Doc,
  isDoc,
  isNaNValue,
  isNumber,
  isTruthy,
  MaxKey,
  MinKey,
  type Missing,
  type Numeric,
  type RawDoc,
  toNumber,
  TYPE_NUMBERS,
  typeOf,
  type Value,
} from "../bson/values.ts";
import { badValue, failedToParse, notImplemented, typeMismatch } from "../errors.ts";
import { type Comparison, fieldsOf, type Node, predicateOf, spread, type ValueTest } from "./nodes.ts";
import { regexTest } from "./regex.ts";

/** What `$expr` needs from the expression evaluator; passed in, so that the matcher stays below it. */
export interface Expressions {
  compile(expression: Value): { fields: ReadonlySet<string> | null; test: (doc: Doc) => boolean };
}

/** A compiled filter. */
export interface Filter {
  node: Node;
  /** Top-level fields that deciding needs; null for all. */
  fields: ReadonlySet<string> | null;
  matches(row: Doc | RawDoc): boolean;
}

interface Context {
  path: string;
  /** All operators on this path: `$regex` and `$options` are read together. */
  siblings: Doc;
  expressions: Expressions;
}

type Parser = (operand: Value, context: Context) => Node;

/** Compiles a filter for use on rows; decodes of each row only what it needs. */
export function compileFilter(filter: Doc, expressions: Expressions): Filter {
  const node = parseFilter(filter, expressions);
  const fields = fieldsOf(node);
  const predicate = predicateOf(node);
  const everything = filter.size === 0;
  return { node, fields, matches: (row) => everything || predicate(toFields(row, fields)) };
}

/** Parses a filter document. Throws BadValue for malformed ones, NotImplemented for operators left out. */
export function parseFilter(filter: Doc, expressions: Expressions): Node {
  const context = { path: "", siblings: filter, expressions };
  return allOf(
    [...filter].map(([name, value]) =>
      isOperator(name) ? parserOf(name, LOGICAL)(value, context) : parseField(name, value, expressions),
    ),
  );
}

/** Parses what a filter says of one path: `{ $gt: 1, $lt: 5 }`, a pattern or a value. */
function parseField(path: string, value: Value, expressions: Expressions): Node {
  // To MongoDB the empty name behind an array is the array itself, but not always.
  if (/\.(\.|$)/.test(path)) throw notImplemented("a path with an empty name");
  const name = value instanceof BSONRegExp ? "$regex" : "$eq";
  const siblings = isOperatorDoc(value) ? value : new Map([[name, value]]);
  const context = { path, siblings, expressions };
  return allOf([...siblings].map(([operator, operand]) => parserOf(operator, OPERATORS)(operand, context)));
}

/**
 * A condition on one element of an array, for `$elemMatch` and `$pull`: a filter on the fields of document
 * elements (`child`), or a value or operators on the element itself, whose test is lifted by `lift`.
 */
export function elementTest(
  condition: Value,
  expressions: Expressions,
  lift = spread,
): { child: Node | null; test: (item: Value | Missing) => boolean } {
  if (isDoc(condition) && (!isOperator(firstName(condition)) || LOGICAL.has(firstName(condition)))) {
    const child = parseFilter(condition, expressions);
    const matches = predicateOf(child);
    return { child, test: (item) => isDoc(item) && matches(item) };
  }
  const matches = predicateOf(parseField("v", condition, expressions), lift);
  const probe: Doc = new Map();
  return { child: null, test: (item) => matches(probe.set("v", item as Value)) };
}

/** To a filter on its fields an array is a document of its positions. */
function byPosition(items: Value[]): Doc {
  return new Map(items.map((item, i) => [String(i), item]));
}

/** The fields of a database reference are names, not operators. */
export function isOperator(name: string): boolean {
  return name.startsWith("$") && !["$ref", "$id", "$db"].includes(name);
}

function firstName(doc: Doc): string {
  return doc.keys().next().value ?? "";
}

/** A document whose first field has a `$` is a list of operators, any other (and a database reference) is a value. */
function isOperatorDoc(value: Value): value is Doc {
  return isDoc(value) && firstName(value).startsWith("$") && !(value.has("$ref") && value.has("$id"));
}

const REFUSED =
  /^\$(where|text|jsonSchema|sampleRate|rand|always\w+|near|nearSphere|geo\w+|within|m(ax|in)Distance|bits\w+)$/;

function parserOf(name: string, table: ReadonlyMap<string, Parser>): Parser {
  const parser = table.get(name);
  if (parser) return parser;
  if (REFUSED.test(name)) throw notImplemented(name);
  throw badValue(`unknown ${table === LOGICAL ? "top level operator" : "operator"}: ${name}`);
}

function allOf(nodes: Node[]): Node {
  const children = nodes.flatMap((node) => (node.kind === "and" ? node.children : [node]));
  const [only, second] = children;
  return only && !second ? only : { kind: "and", children };
}

const not = (child: Node): Node => ({ kind: "nor", children: [child] });

function logical(kind: "and" | "or" | "nor"): Parser {
  return (clauses, { expressions }) => {
    if (!Array.isArray(clauses) || clauses.length === 0) throw badValue(`$${kind} must be a nonempty array`);
    const children = clauses.map((clause) => {
      if (!isDoc(clause)) throw badValue(`$${kind} argument's entries must be objects`);
      return parseFilter(clause, expressions);
    });
    // One clause by itself is that clause, also to an upsert.
    const [only, second] = children;
    return kind !== "nor" && only && !second ? only : { kind, children };
  };
}

/** Operators that stand in the place of a field. */
const LOGICAL = new Map(
  Object.entries<Parser>({
    $and: logical("and"),
    $or: logical("or"),
    $nor: logical("nor"),
    $expr: (expression, { expressions }) => ({ kind: "expr", ...expressions.compile(expression) }),
    $comment: () => allOf([]),
  }),
);

function comparison(operator: Comparison, holds: (order: number) => boolean): Parser {
  return (value, { path }) => {
    if (value instanceof BSONRegExp && operator !== "$eq")
      throw badValue(`Can't have RegEx as arg to predicate over field '${path}'.`);
    const same = operator === "$eq" && typeof value === "string";
    const test: ValueTest = same ? (other) => other === value : comparisonTest(value, holds);
    return { kind: "compare", path, operator, value, test };
  };
}

/** But for MinKey and MaxKey only values of the operand's type class can hold; a missing one counts as null, NaN is in no order. */
function comparisonTest(operand: Value, holds: (order: number) => boolean): ValueTest {
  if (operand instanceof MinKey || operand instanceof MaxKey)
    return (value = null) => holds(compareValues(value, operand));
  const rank = classOf(operand);
  const isNaN = isNaNValue(operand);
  return (value = null) =>
    classOf(value) === rank && isNaNValue(value) === isNaN && holds(compareValues(value, operand));
}

const parseIn: Parser = (operand, { path }) => {
  if (!Array.isArray(operand)) throw badValue("$in and $nin need an array");
  if (operand.some(isOperatorDoc)) throw badValue("cannot nest $ under $in or $nin");
  const regexes = operand.filter((item) => item instanceof BSONRegExp);
  const values = operand.filter((item) => !(item instanceof BSONRegExp));
  const keys = new Set(values.map(valueKey));
  const tests = regexes.map(({ pattern, options }) => regexTest(pattern, options));
  const test: ValueTest = (value = null) => keys.has(valueKey(value)) || tests.some((one) => one(value));
  return { kind: "in", path, values, plain: tests.length === 0, test };
};

const parseRegex: Parser = (operand, { path, siblings }) => {
  const isRegex = operand instanceof BSONRegExp;
  const flags = siblings.has("$options") ? siblings.get("$options") : isRegex ? operand.options : "";
  if (typeof flags !== "string") throw badValue("$options has to be a string");
  const pattern = isRegex ? operand.pattern : operand;
  if (typeof pattern !== "string") throw badValue("$regex has to be a string");
  return { kind: "test", path, operator: "$regex", operand, flags, test: regexTest(pattern, flags) };
};

const parseAll: Parser = (operand, context) => {
  if (!Array.isArray(operand)) throw badValue("$all needs an array");
  const operators = operand.filter(isOperatorDoc);
  if (
    operators.some((item) => firstName(item) !== "$elemMatch") ||
    ![0, operand.length].includes(operators.length)
  )
    throw badValue("no $ expressions in $all, but $elemMatch alone");
  if (operand.length === 0) return parseIn(operand, context);
  return allOf(operand.map((item) => parseField(context.path, item, context.expressions)));
};

/** An operator that only tests values, of no use to indexes. */
function tested(operator: string, testOf: (operand: Value) => ValueTest): Parser {
  return (operand, { path }) => ({ kind: "test", path, operator, operand, flags: "", test: testOf(operand) });
}

function sizeTest(operand: Value): ValueTest {
  const size = toNumber(operand);
  if (!Number.isInteger(size) || size < 0)
    throw badValue("Failed to parse $size. Expected a non-negative whole number");
  return (value) => Array.isArray(value) && value.length === size;
}

function typeTest(operand: Value): ValueTest {
  const wanted = (Array.isArray(operand) ? operand : [operand]).flatMap((item) => {
    if (item === "number") return [1, 16, 18, 19];
    if (typeof item !== "string" && !isNumber(item))
      throw typeMismatch("type must be represented as a number or a string");
    const type = typeof item === "string" ? TYPE_NUMBERS.get(item) : toNumber(item);
    if (type === undefined || ![...TYPE_NUMBERS.values()].includes(type))
      throw badValue(`Unknown type name alias or invalid type code: ${String(item)}`);
    return [type];
  });
  if (wanted.length === 0) throw failedToParse("$type must match at least one type");
  return (value) => value !== undefined && wanted.includes(typeOf(value));
}

/** The whole part of a number; null of what is no number or too large for a Long. */
function longOf(value: Value | Missing): bigint | null {
  if (!Number.isFinite(toNumber(value))) return null;
  const whole = toBigInt(value as Numeric);
  return BigInt.asIntN(64, whole) === whole ? whole : null;
}

function modTest(operand: Value): ValueTest {
  const [divisor, remainder, ...more] = Array.isArray(operand) ? operand.map(longOf) : [];
  if (typeof divisor !== "bigint" || typeof remainder !== "bigint" || more.length > 0)
    throw badValue("malformed mod, needs to be an array of two numbers");
  if (divisor === 0n) throw badValue("divisor cannot be 0");
  return (value) => {
    const dividend = longOf(value);
    return dividend !== null && dividend % divisor === remainder;
  };
}

const parseExists = tested("$exists", () => (value) => value !== undefined);
const parseEqual = comparison("$eq", (order) => order === 0);

/** Operators on a path. */
const OPERATORS = new Map(
  Object.entries<Parser>({
    $eq: parseEqual,
    $ne(operand, context) {
      if (operand instanceof BSONRegExp) throw badValue("Can't have regex as arg to $ne.");
      return not(parseEqual(operand, context));
    },
    $gt: comparison("$gt", (order) => order > 0),
    $gte: comparison("$gte", (order) => order >= 0),
    $lt: comparison("$lt", (order) => order < 0),
    $lte: comparison("$lte", (order) => order <= 0),
    $in: parseIn,
    $nin: (operand, context) => not(parseIn(operand, context)),
    $not(operand, { path, expressions }) {
      if (!(operand instanceof BSONRegExp) && !isOperatorDoc(operand))
        throw badValue("$not needs a regex or a document");
      return not(parseField(path, operand, expressions));
    },
    $regex: parseRegex,
    $options(_operand, { siblings }) {
      if (!siblings.has("$regex")) throw badValue("$options needs a $regex");
      return allOf([]);
    },
    $exists: (operand, context) =>
      isTruthy(operand) ? parseExists(operand, context) : not(parseExists(operand, context)),
    $elemMatch(operand, { path, expressions }) {
      if (!isDoc(operand)) throw badValue("$elemMatch needs an Object");
      const { child, test } = elementTest(operand, expressions, (own) => own);
      const holds = child ? (item: Value) => test(Array.isArray(item) ? byPosition(item) : item) : test;
      return { kind: "elemMatch", path, child, test: (value) => Array.isArray(value) && value.some(holds) };
    },
    $all: parseAll,
    $size: tested("$size", sizeTest),
    $type: tested("$type", typeTest),
    $mod: tested("$mod", modTest),
  }),
);
