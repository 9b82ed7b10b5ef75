import { binaryBytes } from "../bson/compare.ts";
import { valueKey } from "../bson/key.ts";
import { toBigInt } from "../bson/numbers.ts";
import {
  Binary,
  BSONRegExp,
  type Doc,
  isDoc,
  isNumber,
  isTruthy,
  toNumber,
  TYPE_NUMBERS,
  typeOf,
  type Value,
} from "../bson/values.ts";
import { badValue, failedToParse, notImplemented } from "../errors.ts";
import { type Comparison, comparisonTest, type ValueTest } from "./compare-test.ts";
import type { Node } from "./nodes.ts";
import { isOperatorDoc, predicateOf } from "./predicate.ts";
import { compileRegex } from "./regex.ts";

type ParseFilter = (filter: Doc) => Node;

export interface Setting {
  parse: ParseFilter;
  /** How a test of one value becomes a test of a path's end: `spread`, or as it is inside `$elemMatch`. */
  lift: (test: ValueTest) => ValueTest;
}

interface Context extends Setting {
  path: string;
  /** All operators on this path: `$regex` and `$options` are read together. */
  siblings: Doc;
}

const REFUSED = new Set([
  "$geoIntersects",
  "$geoWithin",
  "$near",
  "$nearSphere",
  "$within",
  "$geoNear",
  "$maxDistance",
  "$minDistance",
]);

/** Parses `{ $gt: 1, $lt: 5 }` on a path. */
export function parseOperators(path: string, operators: Doc, setting: Setting): Node {
  const children: Node[] = [];
  for (const [name, operand] of operators) {
    const parser = PARSERS[name];
    if (parser) children.push(...parser(operand, { ...setting, path, siblings: operators }));
    else if (REFUSED.has(name)) throw notImplemented(name);
    else throw badValue(`unknown operator: ${name}`);
  }
  return children.length === 1 ? (children[0] as Node) : { kind: "and", children };
}

type Parser = (operand: Value, context: Context) => Node[];

function comparison(operator: Comparison): Parser {
  return (value, { path, lift }) => {
    if (value instanceof BSONRegExp && operator !== "$eq") {
      throw badValue(`Can't have RegEx as arg to predicate over field '${path}'.`);
    }
    return [{ kind: "compare", path, operator, value, test: lift(comparisonTest(operator, value)) }];
  };
}

function inNode(operand: Value, { path, lift }: Context, name = "$in"): Node {
  if (!Array.isArray(operand)) throw badValue(`${name} needs an array`);
  if (operand.some((item) => isOperatorDoc(item))) throw badValue(`cannot nest $ under ${name}`);
  const regexes = operand
    .filter((item) => item instanceof BSONRegExp)
    .map((item) => compileRegex(item, null));
  const plain = operand.filter((item) => !(item instanceof BSONRegExp));
  const keys = new Set(plain.map(valueKey));
  const hasNull = plain.includes(null);
  const test: ValueTest = (value) => {
    if (value === undefined) return hasNull;
    return keys.has(valueKey(value)) || regexes.some((regex) => regex(value));
  };
  return { kind: "in", path, values: plain, plain: regexes.length === 0, test: lift(test) };
}

const not = (child: Node): Node => ({ kind: "not", child });

function testNode(context: Context, [operator, operand]: [string, Value], test: ValueTest): Node {
  return { kind: "test", path: context.path, operator, operand, flags: "", test };
}

function parseNot(operand: Value, context: Context): Node[] {
  if (operand instanceof BSONRegExp) return [not(regexNode(operand, null, context))];
  if (!isDoc(operand) || operand.size === 0) throw badValue("$not needs a regex or a document");
  const first = String(operand.keys().next().value);
  if (!first.startsWith("$")) throw badValue(`unknown operator: ${first}`);
  return [not(parseOperators(context.path, operand, context))];
}

function regexNode(pattern: Value, options: string | null, context: Context): Node {
  const flags = options ?? (pattern instanceof BSONRegExp ? pattern.options : "");
  const test = context.lift(compileRegex(pattern, options));
  return { kind: "test", path: context.path, operator: "$regex", operand: pattern, flags, test };
}

function parseRegex(pattern: Value, context: Context): Node[] {
  const options = context.siblings.get("$options");
  if (options !== undefined && typeof options !== "string") throw badValue("$options has to be a string");
  return [regexNode(pattern, options ?? null, context)];
}

function parseElemMatch(operand: Value, context: Context): Node[] {
  if (!isDoc(operand)) throw badValue("$elemMatch needs an Object");
  if (
    isOperatorDoc(operand) &&
    !["$and", "$or", "$nor", "$expr"].includes(String(operand.keys().next().value))
  ) {
    const node = parseOperators("v", operand, { parse: context.parse, lift: (test) => test });
    const test = predicateOf(node);
    const probe: Doc = new Map();
    return [
      {
        kind: "elemMatch",
        path: context.path,
        child: null,
        test: (value) => Array.isArray(value) && value.some((item) => test(probe.set("v", item))),
      },
    ];
  }
  const child = context.parse(operand);
  const matches = predicateOf(child);
  const test: ValueTest = (value) =>
    Array.isArray(value) && value.some((item) => isDoc(item) && matches(item));
  return [{ kind: "elemMatch", path: context.path, child, test }];
}

function parseAll(operand: Value, context: Context): Node[] {
  if (!Array.isArray(operand)) throw badValue("$all needs an array");
  if (operand.length === 0) return [{ kind: "always", result: false }];
  return operand.flatMap((item) => {
    if (isDoc(item) && item.has("$elemMatch")) return parseElemMatch(item.get("$elemMatch") ?? null, context);
    if (isOperatorDoc(item)) throw badValue("no $ expressions in $all");
    if (item instanceof BSONRegExp) return [regexNode(item, null, context)];
    return comparison("$eq")(item, context);
  });
}

function parseSize(operand: Value, context: Context): Node[] {
  const size = toNumber(operand);
  if (!isNumber(operand) || !Number.isInteger(size)) {
    throw badValue(`Failed to parse $size. Expected a number in: $size`);
  }
  if (size < 0) throw badValue(`Failed to parse $size. Expected a non-negative number in: $size`);
  return [testNode(context, ["$size", operand], (value) => Array.isArray(value) && value.length === size)];
}

function parseType(operand: Value, context: Context): Node[] {
  const wanted = new Set<number>();
  for (const item of Array.isArray(operand) ? operand : [operand])
    for (const type of typesOf(item)) wanted.add(type);
  if (wanted.size === 0) throw failedToParse("$type must match at least one type");
  return [
    testNode(
      context,
      ["$type", operand],
      context.lift((value) => value !== undefined && wanted.has(typeOf(value))),
    ),
  ];
}

function typesOf(item: Value): number[] {
  if (item === "number") return [1, 16, 18, 19];
  const type = typeof item === "string" ? TYPE_NUMBERS.get(item) : toNumber(item);
  if (type === undefined) throw badValue(`Unknown type name alias: ${String(item)}`);
  if (![...TYPE_NUMBERS.values()].includes(type)) throw badValue(`Invalid numerical type code: ${type}`);
  return [type];
}

function parseMod(operand: Value, context: Context): Node[] {
  if (!Array.isArray(operand)) throw badValue("malformed mod, needs to be an array");
  if (operand.length !== 2)
    throw badValue(`malformed mod, ${operand.length < 2 ? "not enough" : "too many"} elements`);
  const [divisor, remainder] = operand.map((item) => {
    if (!isNumber(item) || !Number.isFinite(toNumber(item)))
      throw badValue("malformed mod, divisor not a number");
    return toBigInt(item);
  }) as [bigint, bigint];
  if (divisor === 0n) throw badValue("divisor cannot be 0");
  const test: ValueTest = (value) =>
    isNumber(value) && Number.isFinite(toNumber(value)) && toBigInt(value) % divisor === remainder;
  return [testNode(context, ["$mod", operand], context.lift(test))];
}

function maskOf(operand: Value): bigint {
  if (Array.isArray(operand))
    return operand.reduce<bigint>((mask, bit) => mask | (1n << BigInt(toNumber(bit))), 0n);
  if (operand instanceof Binary) return littleEndian(operand);
  if (!isNumber(operand) || toNumber(operand) < 0 || !Number.isInteger(toNumber(operand))) {
    throw badValue("a bit mask has to be a non-negative whole number, an array of positions or a BinData");
  }
  return toBigInt(operand);
}

function littleEndian(value: Binary): bigint {
  return [...binaryBytes(value)].reduceRight<bigint>((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function bits(name: string, holds: (value: bigint, mask: bigint) => boolean): Parser {
  return (operand, context) => {
    const mask = maskOf(operand);
    const test: ValueTest = (value) => {
      if (value instanceof Binary) return holds(littleEndian(value), mask);
      if (!isNumber(value) || !Number.isInteger(toNumber(value))) return false;
      return holds(toBigInt(value), mask);
    };
    return [testNode(context, [name, operand], context.lift(test))];
  };
}

const PARSERS: Record<string, Parser | undefined> = {
  $eq: comparison("$eq"),
  $gt: comparison("$gt"),
  $gte: comparison("$gte"),
  $lt: comparison("$lt"),
  $lte: comparison("$lte"),
  $ne: (operand, context) => [not(comparison("$eq")(operand, context)[0] as Node)],
  $in: (operand, context) => [inNode(operand, context)],
  $nin: (operand, context) => [not(inNode(operand, context, "$nin"))],
  $not: parseNot,
  $regex: parseRegex,
  $options: (_operand, context) => {
    if (!context.siblings.has("$regex")) throw badValue("$options needs a $regex");
    return [];
  },
  $exists: (operand, context) => {
    const exists = testNode(context, ["$exists", true], (value) => value !== undefined);
    return [isTruthy(operand) ? exists : not(exists)];
  },
  $elemMatch: parseElemMatch,
  $all: parseAll,
  $size: parseSize,
  $type: parseType,
  $mod: parseMod,
  $bitsAllSet: bits("$bitsAllSet", (value, mask) => (value & mask) === mask),
  $bitsAllClear: bits("$bitsAllClear", (value, mask) => (value & mask) === 0n),
  $bitsAnySet: bits("$bitsAnySet", (value, mask) => (value & mask) !== 0n),
  $bitsAnyClear: bits("$bitsAnyClear", (value, mask) => (value & mask) !== mask),
  $comment: () => [],
};
