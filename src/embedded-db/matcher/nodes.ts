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

/** Top-level fields that a filter looks at; null when it may look at any. */
export function fieldsOf(node: Node, into: Set<string> = new Set()): Set<string> | null {
  switch (node.kind) {
    case "and":
    case "or":
    case "nor":
      return node.children.every((child) => fieldsOf(child, into) !== null) ? into : null;
    case "not":
      return fieldsOf(node.child, into);
    case "expr":
      if (node.fields === null) return null;
      for (const field of node.fields) into.add(field);
      return into;
    case "always":
      return into;
    default:
      into.add(node.path.split(".", 1)[0] as string);
      return into;
  }
}
