import { toFields } from "../bson/decode.ts";
import { BSONRegExp, type Doc, isDoc, RawDoc, type Value } from "../bson/values.ts";
import { badValue, notImplemented } from "../errors.ts";
import { comparisonTest, spread } from "./compare-test.ts";
import { fieldsOf, type Node } from "./nodes.ts";
import { parseOperators } from "./operators.ts";
import { isOperatorDoc, isReference, predicateOf } from "./predicate.ts";

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

const REFUSED = new Set(["$where", "$text", "$jsonSchema", "$sampleRate", "$rand", "$near", "$geoNear"]);

/** Parses a filter document. Throws BadValue for malformed ones, NotImplemented for operators left out. */
export function parseFilter(filter: Doc, expressions: Expressions, nested = false): Node {
  const children: Node[] = [];
  for (const [name, value] of filter) {
    if (name.startsWith("$") && !(nested && isReference(name)))
      parseLogical(name, value, { expressions, into: children });
    else children.push(parseField(name, value, expressions));
  }
  return children.length === 1 ? (children[0] as Node) : { kind: "and", children };
}

interface Target {
  expressions: Expressions;
  into: Node[];
}

function parseLogical(name: string, value: Value, { expressions, into }: Target): void {
  switch (name) {
    case "$and":
    case "$or":
    case "$nor": {
      const kind = name.slice(1) as "and" | "or" | "nor";
      into.push({ kind, children: clauses(name, value).map((clause) => parseFilter(clause, expressions)) });
      return;
    }
    case "$expr": {
      const { fields, test } = expressions.compile(value);
      into.push({ kind: "expr", fields, evaluate: test });
      return;
    }
    case "$comment":
      return;
    case "$alwaysTrue":
    case "$alwaysFalse":
      into.push({ kind: "always", result: name === "$alwaysTrue" });
      return;
    default:
      throw REFUSED.has(name) ? notImplemented(name) : badValue(`unknown top level operator: ${name}`);
  }
}

function clauses(name: string, value: Value): Doc[] {
  if (!Array.isArray(value)) throw badValue(`${name} must be an array`);
  if (value.length === 0) throw badValue(`${name} argument must be a non-empty array`);
  return value.map((clause) => {
    if (!isDoc(clause)) throw badValue(`${name} argument's entries must be objects`);
    return clause;
  });
}

function parseField(path: string, value: Value, expressions: Expressions): Node {
  if (isOperatorDoc(value)) {
    return parseOperators(path, value, {
      parse: (filter) => parseFilter(filter, expressions, true),
      lift: spread,
    });
  }
  if (value instanceof BSONRegExp) return parseField(path, new Map([["$regex", value]]), expressions);
  return { kind: "compare", path, operator: "$eq", value, test: spread(comparisonTest("$eq", value)) };
}

/** Compiles a filter for use on rows; decodes of each row only what it needs. */
export function compileFilter(filter: Doc, expressions: Expressions): Filter {
  const node = parseFilter(filter, expressions);
  const predicate = predicateOf(node);
  const fields = fieldsOf(node);
  const everything = node.kind === "and" && node.children.length === 0;
  return {
    node,
    fields,
    matches: everything
      ? () => true
      : (row) => predicate(row instanceof RawDoc ? toFields(row, fields) : row),
  };
}
