import { classOf, NUMBER_CLASS } from "../bson/compare.ts";
import { encodeValue } from "../bson/key.ts";
import { BSONRegExp, isNumber, MaxKey, MinKey, toNumber, type Value } from "../bson/values.ts";
import type { Node } from "../matcher/nodes.ts";

/** A place between keys: before or after everything that starts with `prefix`. */
export interface Edge {
  prefix: Buffer;
  after: boolean;
}

/** The part of one index field that a predicate can match, ascending. */
export interface Interval {
  from: Edge;
  to: Edge;
  /** A single value: the next field of a compound index can narrow further. */
  point: boolean;
}

/** What one predicate says about one path. */
export interface Bounds {
  path: string;
  intervals: Interval[];
  /** The intervals hold exactly what matches, so the predicate need not be tested again. */
  exact: boolean;
  /** Absent fields may match: a sparse index must not be used. */
  matchesMissing: boolean;
}

const edge = (prefix: Buffer, after: boolean): Edge => ({ prefix, after });

export function point(value: Value | undefined): Interval {
  const bytes = encodeValue(value);
  return { from: edge(bytes, false), to: edge(bytes, true), point: true };
}

/** First key that an edge lies before. */
export function edgeKey({ prefix, after }: Edge): Buffer {
  if (!after) return prefix;
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === 255) end--;
  if (end === 0) return Buffer.alloc(64, 255);
  const key = Buffer.from(prefix.subarray(0, end));
  key[end - 1] = (key[end - 1] as number) + 1;
  return key;
}

function inverted(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = 0; i < copy.length; i++) copy[i] = ~(copy[i] as number) & 255;
  return copy;
}

/** The same interval in a descending field. */
export function descending({ from, to, point: single }: Interval): Interval {
  return {
    from: edge(inverted(to.prefix), !to.after),
    to: edge(inverted(from.prefix), !from.after),
    point: single,
  };
}

/** The intersection of two intervals, or null when they have nothing in common. */
export function intersect(a: Interval, b: Interval): Interval | null {
  const from = Buffer.compare(edgeKey(a.from), edgeKey(b.from)) >= 0 ? a.from : b.from;
  const to = Buffer.compare(edgeKey(a.to), edgeKey(b.to)) <= 0 ? a.to : b.to;
  if (Buffer.compare(edgeKey(from), edgeKey(to)) >= 0) return null;
  return { from, to, point: a.point || b.point };
}

/** All values of a value's type class; for numbers without NaN, which no range matches. */
function classInterval(value: Value): Interval {
  const rank = classOf(value);
  const low = rank === NUMBER_CLASS ? Buffer.from([rank, 1]) : Buffer.from([rank]);
  return { from: edge(low, false), to: edge(Buffer.from([rank]), true), point: false };
}

function rangeInterval(operator: string, value: Value): Interval {
  const bytes = encodeValue(value);
  const whole = classInterval(value);
  switch (operator) {
    case "$gt":
      return { ...whole, from: edge(bytes, true) };
    case "$gte":
      return { ...whole, from: edge(bytes, false) };
    case "$lt":
      return { ...whole, to: edge(bytes, false) };
    default:
      return { ...whole, to: edge(bytes, true) };
  }
}

function equalityBounds(path: string, value: Value): Bounds {
  if (Array.isArray(value)) {
    // An array is indexed by its elements; as a whole it is only found inside another array.
    return { path, intervals: [point(value[0]), point(value)], exact: false, matchesMissing: false };
  }
  return { path, intervals: [point(value)], exact: value !== null, matchesMissing: value === null };
}

function compareBounds({ path, operator, value }: Extract<Node, { kind: "compare" }>): Bounds | null {
  if (value instanceof BSONRegExp) return null;
  if (operator === "$eq") return equalityBounds(path, value);
  if (value === null || isNaNValue(value)) {
    const strict = operator === "$gt" || operator === "$lt";
    return strict ? { path, intervals: [], exact: true, matchesMissing: false } : equalityBounds(path, value);
  }
  if (value instanceof MinKey || value instanceof MaxKey || Array.isArray(value)) return null;
  return { path, intervals: [rangeInterval(operator, value)], exact: true, matchesMissing: false };
}

function isNaNValue(value: Value): boolean {
  return isNumber(value) && Number.isNaN(toNumber(value));
}

function inBounds(node: Extract<Node, { kind: "in" }>): Bounds | null {
  if (!node.plain) return null;
  const parts = node.values.map((value) => equalityBounds(node.path, value));
  const unique = new Map(
    parts.flatMap((part) => part.intervals).map((one) => [one.from.prefix.latin1Slice(), one]),
  );
  return {
    path: node.path,
    intervals: [...unique.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one),
    exact: parts.every((part) => part.exact),
    matchesMissing: node.values.includes(null),
  };
}

/** `/^abc/` without flags: the strings that start so. */
function regexBounds({ path, operator, operand, flags }: Extract<Node, { kind: "test" }>): Bounds | null {
  if (operator !== "$regex" || flags !== "") return null;
  const text = literalStart(operand instanceof BSONRegExp ? operand.pattern : String(operand));
  if (text === "") return null;
  const bytes = encodeValue(text);
  const prefix = bytes.subarray(0, bytes.length - 2);
  const intervals = [{ from: edge(prefix, false), to: edge(prefix, true), point: false }];
  return { path, intervals, exact: false, matchesMissing: false };
}

/** The letters that every match of a pattern starts with; none when that is not plain. */
function literalStart(source: string): string {
  const literal = /^\^([\p{L}\p{N} _\-/:@]+)(.?)/u.exec(source);
  if (!literal || source.includes("|")) return "";
  const [, letters = "", next = ""] = literal;
  // A quantifier behind the last letter makes that letter optional.
  return /[?*{]/.test(next) ? [...letters].slice(0, -1).join("") : letters;
}

/** What a predicate says about index keys of its path; null when nothing. */
export function boundsOf(node: Node): Bounds | null {
  if (node.kind === "compare") return compareBounds(node);
  if (node.kind === "in") return inBounds(node);
  return node.kind === "test" ? regexBounds(node) : null;
}

/** The predicates that must all hold, with those inside `$elemMatch` under their full path (never exact). */
export function conjuncts(node: Node): { node: Node; nested: boolean }[] {
  if (node.kind === "and") return node.children.flatMap(conjuncts);
  if (node.kind !== "elemMatch" || !node.child) return [{ node, nested: false }];
  const inner = conjuncts(node.child).flatMap(({ node: child }) =>
    "path" in child ? [{ node: { ...child, path: `${node.path}.${child.path}` } as Node, nested: true }] : [],
  );
  return [{ node, nested: false }, ...inner];
}
