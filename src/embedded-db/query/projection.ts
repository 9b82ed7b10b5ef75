import { headOf, splitPath } from "../bson/path.ts";
import {
  type Doc,
  docOf,
  isDoc,
  isNumber,
  isTruthy,
  type Missing,
  toNumber,
  type Value,
} from "../bson/values.ts";
import { DatabaseError, notImplemented } from "../errors.ts";
import { compileWith, fieldParts, isOperatorName, type Variables } from "../expressions/table.ts";
import type { Node } from "../matcher/nodes.ts";
import { matchedElement } from "../update/paths.ts";
import { filterOf } from "./find.ts";

/** What happens to the value at one path. */
interface Leaf {
  path: string;
  /** A part of an array says nothing of other fields; what is computed comes behind the document's own fields. */
  kind: "include" | "exclude" | "part" | "compute";
  /** Top-level fields that it reads besides its own; null for any. */
  fields: ReadonlySet<string> | null;
  apply(value: Value | Missing, root: Doc): Value | Missing;
}

type Tree = Map<string, Leaf | Tree>;

export interface Projection {
  /** Top-level fields that it reads; null for any. */
  fields: ReadonlySet<string> | null;
  apply(doc: Doc): Doc;
}

interface Context {
  variables: Variables;
  query: Node | null;
}

const NONE: ReadonlySet<string> = new Set();
const INCLUDE = { kind: "include", fields: NONE, apply: (value: Value | Missing) => value } as const;
const EXCLUDE = { kind: "exclude", fields: NONE, apply: () => undefined } as const;

/**
 * Compiles a projection. With the query of a `find` it may have `$slice`, `$elemMatch` and the positional `$`, which
 * stages do not know. Throws 31252 to 31254 when it both excludes and includes or computes.
 */
export function compileProjection(spec: Doc, variables: Variables, query: Node | null = null): Projection {
  if (query) checkPositions(spec);
  const leaves = [...spec].flatMap(([path, value]) => leavesOf(path, value, { variables, query }));
  const tree: Tree = new Map();
  for (const leaf of leaves) place(tree, leaf);
  if (!isIncluding(leaves))
    return { fields: null, apply: (doc) => shaped(doc, tree, { others: true, root: doc }) };
  if (!tree.has("_id")) tree.set("_id", { ...INCLUDE, path: "_id" });
  const fields = new Set(["_id", ...leaves.flatMap((leaf) => [headOf(leaf.path), ...(leaf.fields ?? [])])]);
  return {
    fields: leaves.some((leaf) => leaf.fields === null) ? null : fields,
    apply: (doc) => shaped(doc, tree, { others: false, root: doc }),
  };
}

/** The positional `$` stands for one element of one array; where it is, there is no `$elemMatch`. */
function checkPositions(spec: Doc): void {
  const [first, second] = [...spec.keys()].filter((path) => path.endsWith(".$"));
  if (second) throw new DatabaseError(31276, "Cannot specify more than one positional projection per query.");
  const match = [...spec].find(([, value]) => isDoc(value) && value.has("$elemMatch"))?.[0];
  if (first === undefined || match === undefined) return;
  const isAhead = [...spec.keys()].indexOf(first) < [...spec.keys()].indexOf(match);
  throw new DatabaseError(isAhead ? 31255 : 31256, "Cannot specify positional operator and $elemMatch.");
}

/** Whether fields that are not named are left out. `_id` alone may be excluded from such a projection. */
function isIncluding(leaves: Leaf[]): boolean {
  const include = leaves.find(({ kind, path }) => kind === "include" && path !== "_id");
  const exclude = leaves.find(({ kind, path }) => kind === "exclude" && path !== "_id");
  const computes = leaves.some(({ kind }) => kind === "compute");
  if (include && exclude) {
    if (leaves.indexOf(include) > leaves.indexOf(exclude))
      throw new DatabaseError(31253, `Cannot do inclusion on field ${include.path} in exclusion projection`);
    throw new DatabaseError(31254, `Cannot do exclusion on field ${exclude.path} in inclusion projection`);
  }
  if (computes && exclude)
    throw new DatabaseError(
      leaves.find(({ kind }) => kind !== "part")?.kind === "compute" ? 31254 : 31252,
      "Cannot use an expression other than $meta in exclusion projection",
    );
  return include !== undefined || computes || leaves.every(({ kind }) => kind === "include");
}

function place(tree: Tree, leaf: Leaf): void {
  const parts = [...splitPath(leaf.path)];
  const last = parts.pop() as string;
  let level: Leaf | Tree = tree;
  for (const part of parts) {
    const next: Leaf | Tree = level.get(part) ?? new Map();
    if (!(next instanceof Map)) throw new DatabaseError(31249, `Path collision at ${leaf.path}`);
    level.set(part, next);
    level = next;
  }
  if (level.has(last)) throw new DatabaseError(31250, `Path collision at ${leaf.path}`);
  level.set(last, leaf);
}

interface Shaping {
  /** Fields that the projection does not name stay. */
  others: boolean;
  root: Doc;
}

function shaped(doc: Doc, tree: Tree, shaping: Shaping): Doc {
  const result: Doc = new Map();
  for (const [name, value] of doc) {
    const entry = tree.get(name);
    let kept = keptOf(value, entry, shaping);
    // What is computed below a value that is left out takes its place.
    if (kept === undefined && entry instanceof Map) kept = computedBy(entry, value, shaping);
    if (kept !== undefined) result.set(name, kept);
  }
  for (const [name, entry] of tree) {
    const value = result.has(name) ? undefined : computedBy(entry, doc.get(name), shaping);
    if (value !== undefined) result.set(name, value);
  }
  return result;
}

function keptOf(value: Value, entry: Leaf | Tree | undefined, shaping: Shaping): Value | Missing {
  if (entry instanceof Map && isDoc(value)) return shaped(value, entry, shaping);
  if (entry instanceof Map && Array.isArray(value))
    return value
      .map((item) => keptOf(item, entry, shaping) ?? computedBy(entry, item, shaping))
      .filter((item) => item !== undefined);
  if (entry === undefined || entry instanceof Map) return shaping.others ? value : undefined;
  return entry.kind === "compute" ? undefined : entry.apply(value, shaping.root);
}

/** A level under an absent field (or under another value) only appears where something is computed in it. */
function computedBy(entry: Leaf | Tree, value: Value | Missing, shaping: Shaping): Value | Missing {
  if (!computes(entry)) return undefined;
  return entry instanceof Map ? shaped(new Map(), entry, shaping) : entry.apply(value, shaping.root);
}

function computes(entry: Leaf | Tree): boolean {
  return entry instanceof Map ? [...entry.values()].some(computes) : entry.kind === "compute";
}

function leavesOf(path: string, value: Value, context: Context): Leaf[] {
  const isPositional = path.endsWith(".$");
  if (isPositional && !context.query)
    throw new DatabaseError(31324, "Cannot use positional projection in aggregation projection");
  if (/\.\$\./.test(path))
    throw new DatabaseError(31394, "The positional operator may only be used at the end of a path");
  fieldParts(isPositional ? path.slice(0, -2) : path);
  if (isPositional) return [positional(path.slice(0, -2), value, context)];
  if (isNumber(value) || typeof value === "boolean")
    return [{ ...(isTruthy(value) ? INCLUDE : EXCLUDE), path }];
  return isDoc(value) ? nested(path, value, context) : [computed(path, value, context)];
}

function nested(path: string, value: Doc, context: Context): Leaf[] {
  const [first] = value;
  if (!first)
    throw new DatabaseError(
      51270,
      "An empty sub-projection is not a valid value. Found empty object at path",
    );
  const [name, argument] = first;
  if (name === "$meta") throw notImplemented("a projection of $meta");
  if (context.query && name === "$slice") return [slice(path, argument)];
  if (context.query && name === "$elemMatch") return [elemMatch(path, argument, context)];
  if (name.startsWith("$") && value.size === 1) {
    if (!isOperatorName(name)) throw new DatabaseError(31325, `Unknown expression ${name}`);
    return [computed(path, value, context)];
  }
  return [...value].flatMap(([child, item]) => leavesOf(`${path}.${child}`, item, context));
}

function computed(path: string, expression: Value, { variables }: Context): Leaf {
  const { evaluate, fields } = compileWith(expression, variables);
  return { path, kind: "compute", fields, apply: (_, root) => evaluate(root) };
}

/** Where a `$slice` begins and how many it takes. */
function sliceOf(argument: Value): [place: number, count: number] {
  if (!Array.isArray(argument)) {
    const one = toNumber(argument);
    if (Number.isInteger(one)) return [Math.min(one, 0), Math.abs(one)];
    throw new DatabaseError(28667, "$slice only supports numbers and [skip, limit] arrays");
  }
  const [place, count] = argument.map(toNumber);
  if (argument.length !== 2 || !Number.isInteger(place) || !Number.isInteger(count))
    throw notImplemented("the expression $slice");
  if ((count as number) <= 0) throw new DatabaseError(28724, "$slice limit must be positive");
  return [place as number, count as number];
}

/** `$slice` of so many from the start or (negative) the end, or of so many behind a place. */
function slice(path: string, argument: Value): Leaf {
  const [place, count] = sliceOf(argument);
  const sliced = (items: Value[]) => {
    const from = place < 0 ? Math.max(0, items.length + place) : place;
    return items.slice(from, from + count);
  };
  return {
    path,
    kind: "part",
    fields: NONE,
    apply: (value) => (Array.isArray(value) ? sliced(value) : value),
  };
}

function elemMatch(path: string, condition: Value, { variables }: Context): Leaf {
  if (!isDoc(condition)) throw new DatabaseError(31274, "elemMatch: Invalid argument, object required");
  if (path.includes("."))
    throw new DatabaseError(31275, "Cannot use $elemMatch projection on a nested field");
  const filter = filterOf(docOf({ [path]: docOf({ $elemMatch: condition }) }), variables);
  const firstOf = (items: Value[]) => items.find((item) => filter.matches(docOf({ [path]: [item] })));
  return {
    ...INCLUDE,
    path,
    apply(value) {
      const found = Array.isArray(value) ? firstOf(value) : undefined;
      return found === undefined ? undefined : [found];
    },
  };
}

function positional(path: string, value: Value, { query }: Context): Leaf {
  if (!isTruthy(value)) throw new DatabaseError(31395, "positional projection cannot be used with exclusion");
  return {
    ...INCLUDE,
    path,
    apply(value) {
      if (!Array.isArray(value)) return value;
      const found = value[matchedElement(value, path, query)];
      if (found !== undefined) return [found];
      throw new DatabaseError(
        51246,
        "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
      );
    },
  };
}
