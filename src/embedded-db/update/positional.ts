import { getAtPath } from "../bson/path.ts";
import { type Doc, isDoc, type Value } from "../bson/values.ts";
import { badValue, failedToParse, typeMismatch } from "../errors.ts";
import { type Expressions, parseFilter } from "../matcher/filter.ts";
import { fieldsOf, type Node, predicateOf, spread } from "../matcher/nodes.ts";

type ElementTest = (item: Value) => boolean;

/** Tests of `arrayFilters` by identifier. */
export type ArrayFilters = ReadonlyMap<string, ElementTest>;

/** What gives `$`, `$[]` and `$[name]` their meaning for one document. */
export interface Positions {
  filters: ArrayFilters;
  /** The query, for the plain `$`; null in an upsert. */
  query: Node | null;
}

const POSITIONAL = /^(.+?)\.\$(\[.*?\])?(\..*)?$/;

/** The concrete paths that an update path stands for in a document. */
export function resolvePaths(doc: Doc, path: string, positions: Positions): string[] {
  const [, array, name, rest = ""] = POSITIONAL.exec(path) ?? [];
  if (array === undefined) return [path];
  const items = getAtPath(doc, array);
  if (!Array.isArray(items))
    throw badValue(`The path '${array}' must be an array in the document in order to apply array updates.`);
  return positionsIn(items, { array, name }, positions).flatMap((i) =>
    resolvePaths(doc, `${array}.${i}${rest}`, positions),
  );
}

function positionsIn(
  items: Value[],
  { array, name }: { array: string; name: string | undefined },
  { filters, query }: Positions,
): number[] {
  if (name === undefined) {
    const index = query ? matchedElement(items, array, query) : -1;
    if (index < 0) throw badValue("The positional operator did not find the match needed from the query.");
    return [index];
  }
  const test = name === "[]" ? () => true : filters.get(name.slice(1, -1));
  if (!test) throw badValue(`No array filter found for identifier '${name}' in path '${array}.$${name}'`);
  return items.flatMap((item, i) => (test(item) ? [i] : []));
}

/** Index of the first element of an array that made the query match, which `$` means; -1 when none did. */
export function matchedElement(items: Value[], path: string, query: Node): number {
  const tests = elementTests(query, path);
  return items.findIndex((item) => tests.some((test) => test(item)));
}

/** The query's conditions on the elements of an array, each as a test of one element. */
function elementTests(node: Node, path: string): ElementTest[] {
  if (node.kind === "and" || node.kind === "or")
    return node.children.flatMap((child) => elementTests(child, path));
  if (!("path" in node)) return [];
  if (node.path === path)
    return [node.kind === "elemMatch" ? (item) => node.test([item]) : spread(node.test)];
  if (!node.path.startsWith(`${path}.`)) return [];
  const below = predicateOf({ ...node, path: node.path.slice(path.length + 1) });
  return [(item) => isDoc(item) && below(item)];
}

/** Compiles `arrayFilters`, each a filter on one field: the identifier. */
export function parseArrayFilters(filters: Value | undefined, expressions: Expressions): ArrayFilters {
  const tests = new Map<string, ElementTest>();
  for (const filter of Array.isArray(filters) ? filters : []) {
    if (!isDoc(filter)) throw typeMismatch("arrayFilters must hold objects");
    const node = parseFilter(filter, expressions);
    const [name, ...others] = fieldsOf(node) ?? [];
    if (name === undefined || others.length > 0 || tests.has(name))
      throw failedToParse("An array filter needs a single top-level field name, of its own");
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name))
      throw badValue(`An array filter's name is alphanumeric and begins with a lowercase letter: '${name}'`);
    const test = predicateOf(node);
    tests.set(name, (item) => test(new Map([[name, item]])));
  }
  return tests;
}
