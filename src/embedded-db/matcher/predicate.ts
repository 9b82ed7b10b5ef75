import { anyAtPath, splitPath } from "../bson/path.ts";
import { type Doc, isDoc, type Value } from "../bson/values.ts";
import type { Node } from "./nodes.ts";

/** A document whose first field starts with `$` is a list of operators, any other is a value. */
export function isOperatorDoc(value: Value): value is Doc {
  if (!isDoc(value)) return false;
  const first = value.keys().next();
  return !first.done && first.value.startsWith("$") && !isReference(first.value);
}

/** The fields of a database reference are names, not operators. */
export function isReference(name: string): boolean {
  return name === "$ref" || name === "$id" || name === "$db";
}

export type Predicate = (doc: Doc) => boolean;

/** Turns a parsed filter into one function. */
export function predicateOf(node: Node): Predicate {
  if ("path" in node) return atPath(node.path, node.test);
  if ("children" in node) return combined(node.kind, node.children.map(predicateOf));
  if (node.kind === "expr") return node.evaluate;
  if (node.kind === "always") return () => node.result;
  const child = predicateOf(node.child);
  return (doc) => !child(doc);
}

function combined(kind: "and" | "or" | "nor", children: Predicate[]): Predicate {
  if (kind === "and") return conjunction(children);
  const any: Predicate = (doc) => children.some((child) => child(doc));
  return kind === "or" ? any : (doc) => !any(doc);
}

function conjunction(children: Predicate[]): Predicate {
  const [first, second] = children;
  if (!first) return () => true;
  if (!second) return first;
  return (doc) => children.every((child) => child(doc));
}

function atPath(path: string, test: (value: Value | undefined) => boolean): Predicate {
  const parts = splitPath(path);
  if (parts.length === 1) return (doc) => test(doc.get(path));
  return (doc) => anyAtPath(doc, parts, test);
}
