import { getAtPath, indexPart } from "../bson/path.ts";
import { type Doc, isDoc, typeName, type Value } from "../bson/values.ts";
import { badValue, DatabaseError, failedToParse, typeMismatch } from "../errors.ts";
import { type Expressions, parseFilter } from "../matcher/filter.ts";
import { fieldsOf, type Node, predicateOf } from "../matcher/nodes.ts";

const MAX_PADDING = 1_500_000;

/**
 * Sets a path's value; absent levels become documents, an array is padded with nulls up to the position.
 * Throws PathNotViable where another value is in the way.
 */
export function setAtPath(doc: Doc, path: string, value: Value): void {
  const at = path.lastIndexOf(".");
  const part = path.slice(at + 1);
  let container = at < 0 ? doc : getAtPath(doc, path.slice(0, at));
  if (container === undefined) {
    container = new Map();
    setAtPath(doc, path.slice(0, at), container);
  }
  if (isDoc(container)) {
    container.set(part, value);
    return;
  }
  const index = indexPart(part);
  if (!Array.isArray(container) || index < 0) {
    const message = `Cannot create field '${part}' in element of type ${typeName(container)}`;
    throw new DatabaseError("PathNotViable", message);
  }
  if (index - container.length > MAX_PADDING) throw badValue("can't backfill more than 1500000 elements");
  while (container.length < index) container.push(null);
  container[index] = value;
}

/** Removes a path's value; an array keeps its length, with a null instead. */
export function removeAtPath(doc: Doc, path: string): void {
  const at = path.lastIndexOf(".");
  const container = at < 0 ? doc : getAtPath(doc, path.slice(0, at));
  const part = path.slice(at + 1);
  if (isDoc(container)) container.delete(part);
  else if (Array.isArray(container) && indexPart(part) in container) container[indexPart(part)] = null;
}

type ElementTest = (item: Value, i: number) => boolean;

/** What gives `$`, `$[]` and `$[name]` their meaning for one document. */
export interface Positions {
  /** Which elements are meant by `$[]`, and by each `$[name]` of `arrayFilters`. */
  filters: ReadonlyMap<string, ElementTest>;
  /** The query, for the plain `$`; null in an upsert. */
  query: Node | null;
}

const POSITIONAL = /^(.+?)\.(\$(?:\[.*?\])?)(\..*)?$/;

/** The concrete paths that an update path stands for in a document. */
export function resolvePaths(doc: Doc, path: string, positions: Positions): string[] {
  const [, array, place, rest = ""] = POSITIONAL.exec(path) ?? [];
  if (array === undefined || place === undefined) return [path];
  const items = getAtPath(doc, array);
  if (!Array.isArray(items)) throw badValue(`'${array}' must be an array in order to apply array updates.`);
  const isMeant = place === "$" ? firstMatch(items, array, positions.query) : positions.filters.get(place);
  if (!isMeant) throw badValue(`No array filter found for identifier '${place}' in path '${path}'`);
  return items.flatMap((item, i) =>
    isMeant(item, i) ? resolvePaths(doc, `${array}.${i}${rest}`, positions) : [],
  );
}

function firstMatch(items: Value[], array: string, query: Node | null): ElementTest {
  const index = query ? matchedElement(items, array, query) : -1;
  if (index < 0) throw badValue("The positional operator did not find the match needed from the query.");
  return (_item, i) => i === index;
}

/** Index of the first element of an array that made the query match, which `$` means; -1 when none did. */
export function matchedElement(items: Value[], path: string, query: Node | null): number {
  const tests = query ? elementTests(query, path) : [];
  return items.findIndex((item) => tests.some((test) => test(item)));
}

/** The query's conditions on the elements of an array, each as a test of one element. */
function elementTests(node: Node, path: string): ((item: Value) => boolean)[] {
  if (node.kind === "and" || node.kind === "or")
    return node.children.flatMap((child) => elementTests(child, path));
  if (!("path" in node)) return [];
  if (node.path === path) {
    if (node.kind === "test" && node.operator === "$size") return [];
    return [node.kind === "elemMatch" ? (item) => node.test([item]) : node.test];
  }
  if (!node.path.startsWith(`${path}.`)) return [];
  const below = predicateOf({ ...node, path: node.path.slice(path.length + 1) });
  return [(item) => isDoc(item) && below(item)];
}

function asksExpressions(node: Node): boolean {
  return node.kind === "expr" || ("children" in node && node.children.some(asksExpressions));
}

/** Compiles `arrayFilters`, each a filter on one field: the name that stands in paths for what it matches. */
export function parseArrayFilters(
  filters: Value | undefined,
  expressions: Expressions,
): Positions["filters"] {
  const tests = new Map<string, ElementTest>([["$[]", () => true]]);
  for (const filter of Array.isArray(filters) ? filters : []) {
    if (!isDoc(filter)) throw typeMismatch("arrayFilters must hold objects");
    const node = parseFilter(filter, expressions);
    if (asksExpressions(node)) throw new DatabaseError(224, "$expr is not allowed in arrayFilters");
    const [name, ...others] = fieldsOf(node) ?? [];
    if (name === undefined || others.length > 0 || tests.has(`$[${name}]`))
      throw failedToParse("An array filter needs a single top-level field name, of its own");
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name))
      throw badValue(`An array filter's name is alphanumeric and begins with a lowercase letter: '${name}'`);
    const test = predicateOf(node);
    tests.set(`$[${name}]`, (item) => test(new Map([[name, item]])));
  }
  return tests;
}
