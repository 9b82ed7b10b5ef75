import { encodeValue } from "../bson/key.ts";
import { headOf, indexPart } from "../bson/path.ts";
import { BSONRegExp, classOf, isNaNValue, MaxKey, MinKey, NUMBER_CLASS, type Value } from "../bson/values.ts";
import type { Node } from "../matcher/nodes.ts";

/** A stretch of the keys of one index field, `low` inclusive and `high` exclusive. */
export interface Interval {
  low: Buffer;
  high: Buffer;
  /** A single value, whose bytes are `low`: the next field of a compound index can narrow further. */
  point: boolean;
}

/** What one predicate says about one path. */
export interface Bounds {
  path: string;
  /** Ascending. */
  intervals: Interval[];
  /** The intervals hold exactly what matches, so the predicate need not be tested again. */
  exact: boolean;
  /** Absent fields may match: a sparse index must not be used. */
  matchesMissing: boolean;
}

/** The first key behind all those that start with these bytes. */
export function successor(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (bytes[end - 1] === 255) end--;
  const key = Buffer.from(bytes.subarray(0, end));
  key[end - 1] = (key[end - 1] as number) + 1;
  return key;
}

/** The same interval in a descending field, whose bytes are inverted. */
export function descending({ low, high, point }: Interval): Interval {
  const inverted = (bytes: Buffer) => Buffer.from(bytes.map((byte) => ~byte));
  const end = inverted(low);
  return { low: point ? end : successor(inverted(high)), high: successor(end), point };
}

/** What two intervals have in common; none when that is nothing. */
export function intersect(a: Interval, b: Interval): Interval[] {
  const low = Buffer.compare(a.low, b.low) >= 0 ? a.low : b.low;
  const high = Buffer.compare(a.high, b.high) <= 0 ? a.high : b.high;
  return Buffer.compare(low, high) < 0 ? [{ low, high, point: a.point || b.point }] : [];
}

function point(value: Value | undefined): Interval {
  const low = encodeValue(value);
  return { low, high: successor(low), point: true };
}

function equalToAny(path: string, values: Value[]): Bounds {
  // An array is indexed by its elements; as a whole it is only found inside another array.
  const intervals = values
    .flatMap((value) => (Array.isArray(value) ? [point(value[0]), point(value)] : [point(value)]))
    .sort((a, b) => Buffer.compare(a.low, b.low))
    .filter(({ low }, i, sorted) => !sorted[i - 1]?.low.equals(low));
  const exact = !values.some((value) => value === null || Array.isArray(value));
  return { path, intervals, exact, matchesMissing: values.includes(null) };
}

/** A range ends with the type class of its operand; among the numbers it leaves out NaN, which is first of them. */
function rangeOf(operator: string, value: Value): Interval {
  const rank = classOf(value);
  const bytes = encodeValue(value);
  const lows: Record<string, Buffer> = { $gt: successor(bytes), $gte: bytes };
  const highs: Record<string, Buffer> = { $lt: bytes, $lte: successor(bytes) };
  return {
    low: lows[operator] ?? Buffer.from(rank === NUMBER_CLASS ? [rank, 1] : [rank]),
    high: highs[operator] ?? Buffer.from([rank + 1]),
    point: false,
  };
}

/** Nothing is less or greater than null and NaN. */
function isAlone(value: Value): boolean {
  return value === null || isNaNValue(value);
}

function compareBounds({ path, operator, value }: Extract<Node, { kind: "compare" }>): Bounds | null {
  if (value instanceof BSONRegExp) return null;
  const strict = operator === "$gt" || operator === "$lt";
  if (operator === "$eq" || isAlone(value)) return equalToAny(path, strict ? [] : [value]);
  if (value instanceof MinKey || value instanceof MaxKey || Array.isArray(value)) return null;
  return { path, intervals: [rangeOf(operator, value)], exact: true, matchesMissing: false };
}

/** `/^abc/` without flags: the strings that start so, and the pattern itself as a value. A quantifier behind the last letter makes that letter optional. */
function regexBounds({ path, operator, operand, flags }: Extract<Node, { kind: "test" }>): Bounds | null {
  if (operator !== "$regex" || flags !== "") return null;
  const pattern = operand instanceof BSONRegExp ? operand.pattern : String(operand);
  const start = /^\^([\p{L}\p{N} _\-/:@]+)(?![?*{])/u.exec(pattern)?.[1];
  if (start === undefined || pattern.includes("|")) return null;
  const low = encodeValue(start).subarray(0, -2);
  const itself = point(new BSONRegExp(pattern));
  const intervals = [{ low, high: successor(low), point: false }, itself];
  return { path, intervals, exact: false, matchesMissing: false };
}

/** What a predicate says about index keys of its path; null when nothing. */
export function boundsOf(node: Node): Bounds | null {
  if (node.kind === "compare") return compareBounds(node);
  if (node.kind === "in") return node.plain ? equalToAny(node.path, node.values) : null;
  return node.kind === "test" ? regexBounds(node) : null;
}

/** The predicates that must all hold, with those inside `$elemMatch` under their full path (never exact). */
export function conjuncts(node: Node): { node: Node; nested: boolean }[] {
  if (node.kind === "and") return node.children.flatMap(conjuncts);
  if (node.kind !== "elemMatch" || !node.child) return [{ node, nested: false }];
  // A position may be one in an array within the array, which indexes do not enter.
  const inner = conjuncts(node.child).flatMap(({ node: child }) =>
    "path" in child && indexPart(headOf(child.path)) < 0
      ? [{ node: { ...child, path: `${node.path}.${child.path}` } as Node, nested: true }]
      : [],
  );
  return [{ node, nested: false }, ...inner];
}

/** Whether a query asks for nothing outside a partial index: each of its conditions follows from one of the query's. */
export function implies(query: Node, partial: Node): boolean {
  const given = conjuncts(query).filter(({ nested }) => !nested);
  return conjuncts(partial).every(({ node: needed }) => given.some(({ node }) => covers(node, needed)));
}

function covers(given: Node, needed: Node): boolean {
  if (!("path" in given) || !("path" in needed) || given.path !== needed.path) return false;
  const isExists = (node: Node) => node.kind === "test" && node.operator === "$exists";
  const mine = boundsOf(given);
  if (isExists(needed)) return mine ? !mine.matchesMissing : isExists(given);
  const theirs = boundsOf(needed);
  if (!mine || !theirs?.exact) return false;
  const within = (inner: Interval, outer: Interval) =>
    Buffer.compare(inner.low, outer.low) >= 0 && Buffer.compare(inner.high, outer.high) <= 0;
  return mine.intervals.every((one) => theirs.intervals.some((two) => within(one, two)));
}
