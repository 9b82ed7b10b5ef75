import type { Doc, Value } from "../bson/values.ts";
import type { Comparison, ValueTest } from "./compare-test.ts";

/** A parsed filter. The planner reads it; `matches` of a compiled filter runs it. */
export type Node =
  | { kind: "and" | "or" | "nor"; children: Node[] }
  | { kind: "not"; child: Node }
  | { kind: "compare"; path: string; operator: Comparison; value: Value; test: ValueTest }
  | { kind: "in"; path: string; values: Value[]; plain: boolean; test: ValueTest }
  | { kind: "elemMatch"; path: string; child: Node | null; test: ValueTest }
  /** Any other test of a path: `$exists`, `$type`, `$size`, `$regex`, ... */
  | { kind: "test"; path: string; operator: string; operand: Value; flags: string; test: ValueTest }
  | { kind: "expr"; fields: ReadonlySet<string> | null; evaluate: (doc: Doc) => boolean }
  | { kind: "always"; result: boolean };

function everyChild(children: Node[], into: Set<string>): Set<string> | null {
  return children.every((child) => fieldsOf(child, into) !== null) ? into : null;
}

function addAll(fields: ReadonlySet<string> | null, into: Set<string>): Set<string> | null {
  for (const field of fields ?? []) into.add(field);
  return fields === null ? null : into;
}

/** Top-level fields that a filter looks at; null when it may look at any. */
export function fieldsOf(node: Node, into: Set<string> = new Set()): Set<string> | null {
  if ("path" in node) return into.add(node.path.split(".", 1)[0] as string);
  if ("children" in node) return everyChild(node.children, into);
  if (node.kind === "not") return fieldsOf(node.child, into);
  return node.kind === "expr" ? addAll(node.fields, into) : into;
}
