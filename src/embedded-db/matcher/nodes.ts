import { anyAtPath, headOf, splitPath } from "../bson/path.ts";
import type { Doc, Missing, Value } from "../bson/values.ts";

export type ValueTest = (value: Value | Missing) => boolean;
export type Comparison = "$eq" | "$gt" | "$gte" | "$lt" | "$lte";

/** A parsed filter. The planner reads it; `predicateOf` runs it. Each `test` is of one value, not spread. */
export type Node =
  | { kind: "and" | "or" | "nor"; children: Node[] }
  | { kind: "compare"; path: string; operator: Comparison; value: Value; test: ValueTest }
  | { kind: "in"; path: string; values: Value[]; plain: boolean; test: ValueTest }
  /** `child` is a filter on the fields of elements; null when elements themselves are tested. */
  | { kind: "elemMatch"; path: string; child: Node | null; test: ValueTest }
  /** Any other test of a path: `$exists`, `$type`, `$size`, `$regex`, ... */
  | { kind: "test"; path: string; operator: string; operand: Value; flags: string; test: ValueTest }
  | { kind: "expr"; fields: ReadonlySet<string> | null; test: Predicate };

export type Predicate = (doc: Doc) => boolean;

/** Makes the test of a path's end from one of a value: an array there matches by itself or by an element. */
export function spread(test: ValueTest): ValueTest {
  return (value) => (Array.isArray(value) && value.some(test)) || test(value);
}

/** Turns a parsed filter into one function; `lift` is for the value tests that may see an array's elements. */
export function predicateOf(node: Node, lift = spread): Predicate {
  if (node.kind === "expr") return node.test;
  if ("path" in node) {
    const whole = node.kind === "elemMatch" || (node.kind === "test" && node.operator === "$size");
    const test = whole ? node.test : lift(node.test);
    const parts = splitPath(node.path);
    return (doc) => anyAtPath(doc, parts, test);
  }
  const children = node.children.map((child) => predicateOf(child, lift));
  if (node.kind === "and") return (doc) => children.every((child) => child(doc));
  const any = node.kind === "or";
  return (doc) => children.some((child) => child(doc)) === any;
}

/** Top-level fields that a filter looks at; null when it may look at any. */
export function fieldsOf(node: Node): ReadonlySet<string> | null {
  if (node.kind === "expr") return node.fields;
  if ("path" in node) return new Set([headOf(node.path)]);
  const parts = node.children.map(fieldsOf);
  return parts.every((part) => part !== null) ? new Set(parts.flatMap((part) => [...part])) : null;
}
