import { type Doc, isDoc, isNumber, isTruthy, type Missing, toNumber, type Value } from "../bson/values.ts";
import { badValue, DatabaseError, notImplemented } from "../errors.ts";
import { compileWith, type Variables } from "../expressions/table.ts";
import { parseFilter } from "../matcher/filter.ts";
import { type Node, predicateOf } from "../matcher/nodes.ts";
import { expressionsWith } from "../expressions/table.ts";
import { matchedElement } from "../update/paths.ts";

type Compute = (root: Doc, current: Value | Missing) => Value | Missing;

/** A level of a projection: what happens to each named field. */
interface Level {
  children: Map<string, Leaf | Level>;
}

type Leaf =
  | { kind: "include" }
  | { kind: "exclude" }
  | { kind: "compute"; compute: Compute }
  | { kind: "array"; apply: Compute };

export interface Projection {
  /** Top-level fields that it reads; null for any. */
  fields: ReadonlySet<string> | null;
  apply(doc: Doc): Doc;
}

export interface ProjectionContext {
  variables: Variables;
  /** The query, for the positional `$` of `find`; null in `$project`, which has none. */
  query: Node | null;
  /** `find` knows `$slice`, `$elemMatch` and `$`; stages do not. */
  find: boolean;
}

interface Building {
  context: ProjectionContext;
  root: Level;
  includes: string | null;
  excludes: string | null;
  computes: boolean;
  fields: Set<string>;
  all: boolean;
}

const isLevel = (entry: Leaf | Level): entry is Level => "children" in entry;

/** Compiles a projection. Throws 31253 or 31254 when it both includes and excludes. */
export function compileProjection(spec: Doc, context: ProjectionContext): Projection {
  const building: Building = {
    context,
    root: { children: new Map() },
    includes: null,
    excludes: null,
    computes: false,
    fields: new Set(),
    all: false,
  };
  for (const [path, value] of spec) addEntry(building, path, value);
  if (building.includes !== null && building.excludes !== null) throw mixed(building);
  if (!isIncluding(building, spec)) return { fields: null, apply: (doc) => exclude(doc, building.root, doc) };
  const id = spec.get("_id");
  const { children } = building.root;
  if (id !== undefined && !isTruthy(id)) children.delete("_id");
  else if (!children.has("_id")) children.set("_id", { kind: "include" });
  return {
    fields: building.all ? null : new Set([...building.fields, "_id"]),
    apply: (doc) => include(doc, building.root, doc),
  };
}

function isIncluding({ includes, excludes, computes }: Building, spec: Doc): boolean {
  if (includes !== null) return true;
  const id = spec.get("_id");
  const idOnly = spec.size === 1 && id !== undefined && !isDoc(id) && isTruthy(id);
  return idOnly || (computes && excludes === null);
}

function mixed({ includes, excludes }: Building): DatabaseError {
  return new DatabaseError(
    31254,
    `Cannot do exclusion on field ${excludes} in inclusion projection (which has ${includes})`,
  );
}

function addEntry(building: Building, path: string, value: Value): void {
  if (path === "" || path.startsWith(".") || path.endsWith("."))
    throw new DatabaseError(40353, "FieldPath must not end with a '.'.");
  if (path.endsWith(".$")) return addPositional(building, path.slice(0, -2));
  if (path.split(".").some((part) => part.startsWith("$")))
    throw new DatabaseError(16410, `FieldPath field names may not start with '$': ${path}`);
  if (isDoc(value)) return addDocument(building, path, value);
  if (isNumber(value) || typeof value === "boolean") return addFlag(building, path, isTruthy(value));
  addComputed(building, path, value);
}

function addFlag(building: Building, path: string, included: boolean): void {
  building.fields.add(path.split(".", 1)[0] as string);
  if (path !== "_id") {
    if (included) building.includes ??= path;
    else building.excludes ??= path;
  }
  place(building.root, path, { kind: included ? "include" : "exclude" });
}

function addComputed(building: Building, path: string, expression: Value): void {
  const { evaluate, fields } = compileWith(expression, building.context.variables);
  building.computes = true;
  if (fields) for (const field of fields) building.fields.add(field);
  else building.all = true;
  building.fields.add(path.split(".", 1)[0] as string);
  place(building.root, path, { kind: "compute", compute: evaluate });
}

function addDocument(building: Building, path: string, value: Doc): void {
  const [name] = value.keys();
  if (name === undefined)
    throw new DatabaseError(
      51270,
      "An empty sub-projection is not a valid value. Found empty object at path",
    );
  if (name === "$meta") throw notImplemented("a projection of $meta");
  if (building.context.find && name === "$slice")
    return addSlice(building, path, value.get("$slice") as Value);
  if (building.context.find && name === "$elemMatch")
    return addElemMatch(building, path, value.get("$elemMatch") as Value);
  if (name.startsWith("$")) return addComputed(building, path, value);
  for (const [child, item] of value) addEntry(building, `${path}.${child}`, item);
}

function addSlice(building: Building, path: string, argument: Value): void {
  const [first, second] = Array.isArray(argument) ? argument.map(toNumber) : [toNumber(argument)];
  if (first === undefined || ![first, second ?? 1].every(Number.isInteger)) {
    if (Array.isArray(argument)) return addComputed(building, path, new Map([["$slice", argument]]));
    throw new DatabaseError(28724, "First argument to $slice must be an array or a number");
  }
  if (second !== undefined && second <= 0) throw new DatabaseError(28724, "$slice limit must be positive");
  building.fields.add(path.split(".", 1)[0] as string);
  place(building.root, path, {
    kind: "array",
    apply: (_root, value) => (Array.isArray(value) ? sliced(value, first, second) : value),
  });
}

function sliced(items: Value[], first: number, count: number | undefined): Value[] {
  if (count === undefined) return first >= 0 ? items.slice(0, first) : items.slice(first);
  const from = first >= 0 ? first : Math.max(0, items.length + first);
  return items.slice(from, from + count);
}

function addElemMatch(building: Building, path: string, condition: Value): void {
  if (!isDoc(condition)) throw badValue("elemMatch: Invalid argument, object required");
  if (path.includes("."))
    throw new DatabaseError(31275, "Cannot use $elemMatch projection on a nested field");
  const node = parseFilter(
    new Map([[path, new Map([["$elemMatch", condition]])]]),
    expressionsWith(building.context.variables),
  );
  const matches = predicateOf(node);
  building.includes ??= path;
  building.fields.add(path);
  place(building.root, path, {
    kind: "array",
    apply: (_root, value) => {
      const found = Array.isArray(value)
        ? value.filter((item) => matches(new Map([[path, [item]]]))).slice(0, 1)
        : [];
      return found.length > 0 ? found : undefined;
    },
  });
}

function addPositional(building: Building, path: string): void {
  const { query, find } = building.context;
  if (!find || !query) throw new DatabaseError(31324, "the positional operator is not allowed here");
  building.includes ??= path;
  building.fields.add(path.split(".", 1)[0] as string);
  place(building.root, path, {
    kind: "array",
    apply: (_root, value) => {
      if (!Array.isArray(value)) return value;
      const index = matchedElement(value, path, query);
      if (index < 0)
        throw new DatabaseError(
          51246,
          "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
        );
      return [value[index] as Value];
    },
  });
}

function place(root: Level, path: string, leaf: Leaf): void {
  const parts = path.split(".");
  let level = root;
  for (const part of parts.slice(0, -1)) {
    const next = level.children.get(part) ?? { children: new Map() };
    if (!isLevel(next)) throw collision(path);
    level.children.set(part, next);
    level = next;
  }
  const last = parts.at(-1) as string;
  if (level.children.has(last)) throw collision(path);
  level.children.set(last, leaf);
}

function collision(path: string): DatabaseError {
  return new DatabaseError(31249, `Path collision at ${path}`);
}

/** Fields keep the document's order; computed ones follow in the projection's. */
function include(doc: Doc, level: Level, root: Doc): Doc {
  const result: Doc = new Map();
  for (const [name, value] of doc) {
    const entry = level.children.get(name);
    if (!entry) continue;
    const kept = isLevel(entry) ? includeIn(value, entry, root) : keptBy(entry, value, root);
    if (kept !== undefined) result.set(name, kept);
  }
  for (const [name, entry] of level.children) {
    if (result.has(name)) continue;
    const value = isLevel(entry) ? computedOnly(entry, root) : computedBy(entry, doc.get(name), root);
    if (value !== undefined) result.set(name, value);
  }
  return result;
}

function keptBy(leaf: Leaf, value: Value, root: Doc): Value | Missing {
  if (leaf.kind === "array") return leaf.apply(root, value);
  return leaf.kind === "include" ? value : undefined;
}

function computedBy(leaf: Leaf, value: Value | Missing, root: Doc): Value | Missing {
  return leaf.kind === "compute" ? leaf.compute(root, value) : undefined;
}

function includeIn(value: Value, level: Level, root: Doc): Value | Missing {
  if (isDoc(value)) return include(value, level, root);
  if (!Array.isArray(value)) return computedOnly(level, root);
  return value.flatMap((item) => {
    const kept = isDoc(item) || Array.isArray(item) ? includeIn(item, level, root) : undefined;
    return kept === undefined ? [] : [kept];
  });
}

/** A level under an absent field: only what is computed makes it appear. */
function computedOnly(level: Level, root: Doc): Doc | Missing {
  const result = include(new Map(), level, root);
  return result.size > 0 ? result : undefined;
}

function exclude(doc: Doc, level: Level, root: Doc): Doc {
  const result: Doc = new Map();
  for (const [name, value] of doc) {
    const entry = level.children.get(name);
    const kept = !entry ? value : isLevel(entry) ? excludeIn(value, entry, root) : keptBy(entry, value, root);
    if (kept !== undefined) result.set(name, kept);
  }
  for (const [name, entry] of level.children) {
    if (isLevel(entry) || entry.kind !== "compute") continue;
    const value = entry.compute(root, doc.get(name));
    if (value === undefined) result.delete(name);
    else result.set(name, value);
  }
  return result;
}

function excludeIn(value: Value, level: Level, root: Doc): Value {
  if (isDoc(value)) return exclude(value, level, root);
  return Array.isArray(value) ? value.map((item) => excludeIn(item, level, root)) : value;
}
