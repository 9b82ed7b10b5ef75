import { indexPart, splitPath } from "../bson/path.ts";
import { type Doc, isDoc, type Value } from "../bson/values.ts";
import { badValue, DatabaseError, failedToParse } from "../errors.ts";
import type { Node } from "../matcher/nodes.ts";
import { predicateOf } from "../matcher/predicate.ts";

export type ElementTest = (item: Value) => boolean;

/** What gives `$`, `$[]` and `$[name]` their meaning for one document. */
export interface Positions {
  /** Tests of `arrayFilters` by identifier. */
  filters: ReadonlyMap<string, ElementTest>;
  /** The query, for the plain `$`; null in an upsert. */
  query: Node | null;
}

/** The concrete paths that an update path stands for in a document. */
export function resolvePaths(doc: Doc, path: string, positions: Positions): string[][] {
  const parts = splitPath(path);
  if (!path.includes("$")) return [[...parts]];
  let found: string[][] = [[]];
  for (const [i, part] of parts.entries()) {
    found = found.flatMap((prefix) => resolvePart(part, { doc, prefix, positions, rest: parts.slice(0, i) }));
  }
  return found;
}

interface Place {
  doc: Doc;
  prefix: string[];
  positions: Positions;
  rest: readonly string[];
}

function resolvePart(part: string, place: Place): string[][] {
  const { doc, prefix, positions } = place;
  if (part === "$") return [[...prefix, String(matchedIndex(doc, prefix, positions))]];
  if (!part.startsWith("$[")) return [[...prefix, part]];
  const name = part.slice(2, -1);
  const items = valueAt(doc, prefix);
  if (items === undefined) {
    throw badValue(
      `The path '${prefix.join(".")}' must exist in the document in order to apply array updates.`,
    );
  }
  if (!Array.isArray(items)) {
    throw badValue(`Cannot apply array updates to non-array element ${prefix.join(".")}`);
  }
  const test = name === "" ? () => true : positions.filters.get(name);
  if (!test)
    throw badValue(`No array filter found for identifier '${name}' in path '${[...prefix, part].join(".")}'`);
  return items.flatMap((item, i) => (test(item) ? [[...prefix, String(i)]] : []));
}

function valueAt(doc: Doc, path: readonly string[]): Value | undefined {
  let value: Value | undefined = doc;
  for (const part of path) {
    if (isDoc(value)) value = value.get(part);
    else if (Array.isArray(value)) value = value[indexPart(part)];
    else return undefined;
  }
  return value;
}

/** Position of the first element of this array that made the query match. */
function matchedIndex(doc: Doc, prefix: readonly string[], { query }: Positions): number {
  const items = valueAt(doc, prefix);
  const tests = query && Array.isArray(items) ? elementTests(query, prefix.join(".")) : [];
  const index = Array.isArray(items) ? items.findIndex((item) => tests.some((test) => test(item))) : -1;
  if (index < 0) {
    throw badValue("The positional operator did not find the match needed from the query.");
  }
  return index;
}

/** Index that a projection's `$` means; -1 when the query names no element of the array. */
export function matchedElement(items: Value[], path: string, query: Node): number {
  const tests = elementTests(query, path);
  return items.findIndex((item) => tests.some((test) => test(item)));
}

/** The query's conditions on the elements of an array, each as a test of one element. */
function elementTests(node: Node, path: string): ElementTest[] {
  if (node.kind === "and" || node.kind === "or")
    return node.children.flatMap((child) => elementTests(child, path));
  if (!("path" in node)) return [];
  if (node.path === path) {
    return [(item) => node.test(node.kind === "elemMatch" ? [item] : item)];
  }
  if (!node.path.startsWith(`${path}.`)) return [];
  const below = predicateOf({ ...node, path: node.path.slice(path.length + 1) });
  return [(item) => isDoc(item) && below(item)];
}

/** Compiles `arrayFilters`. Throws FailedToParse for malformed ones, BadValue for unused or double names. */
export function parseArrayFilters(
  filters: Value | undefined,
  parse: (filter: Doc) => Node,
): Map<string, ElementTest> {
  const tests = new Map<string, ElementTest>();
  for (const filter of Array.isArray(filters) ? filters : []) {
    if (!isDoc(filter)) throw new DatabaseError("TypeMismatch", "arrayFilters must hold objects");
    const name = identifierOf(filter);
    if (tests.has(name))
      throw failedToParse(`Found multiple array filters with the same top-level field name ${name}`);
    const test = predicateOf(parse(filter));
    tests.set(name, (item) => test(new Map([[name, item]])));
  }
  return tests;
}

function identifierOf(filter: Doc): string {
  const names = new Set(namesIn(filter));
  const [name] = names;
  if (name === undefined)
    throw failedToParse("Cannot use an expression without a top-level field name in arrayFilters");
  if (names.size > 1) {
    throw failedToParse(
      `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${[...names].join("' and '")}'`,
    );
  }
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
    throw badValue(
      `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${name}'`,
    );
  }
  return name;
}

function namesIn(filter: Doc): string[] {
  return [...filter].flatMap(([name, value]) => {
    if (!name.startsWith("$")) return [name.split(".", 1)[0] as string];
    return Array.isArray(value) ? value.filter(isDoc).flatMap(namesIn) : [];
  });
}
