import type { Doc } from "../bson/values.ts";
import { toNumber } from "../bson/values.ts";
import { headOf } from "../bson/path.ts";
import type { Node } from "../matcher/nodes.ts";
import type { Collection, Index } from "../storage/catalog.ts";
import { prefixOf } from "../storage/documents.ts";
import type { Range } from "../storage/store.ts";
import type { View } from "../storage/view.ts";
import { type Bounds, boundsOf, conjuncts, descending, edgeKey, intersect, type Interval } from "./bounds.ts";

export interface SortField {
  path: string;
  descending: boolean;
}

/** A way to find the rows of a query. */
export type Plan =
  | { kind: "collection"; range: Range; exact: boolean; sorted: boolean; bounded: boolean }
  | { kind: "index"; index: Index; ranges: Range[]; exact: boolean; sorted: boolean; merge: number[] | null }
  | { kind: "or"; branches: Plan[] }
  | { kind: "nothing" };

export interface Query {
  collection: Collection;
  node: Node;
  sort: readonly SortField[];
  /** Index name or key pattern that the client demands. */
  hint: string | null;
}

/** More scans than this are worse than one wide scan. */
const MAX_RANGES = 400;
const SAMPLE_KEYS = 256;

/** The fields of a sort document. */
export function sortFields(sort: Doc): SortField[] {
  return [...sort].map(([path, direction]) => ({ path, descending: toNumber(direction) < 0 }));
}

/** `_id` as an index: the documents themselves are stored in its order. */
const PRIMARY: Pick<Index, "fields" | "descending" | "multikey" | "cut" | "sparse" | "filter"> = {
  fields: ["_id"],
  descending: [false],
  multikey: false,
  cut: false,
  sparse: false,
  filter: null,
};

type Shape = typeof PRIMARY;

interface Fit {
  /** Ranges relative to the index, in its byte order. */
  ranges: [Buffer, Buffer][];
  exact: boolean;
  sorted: "forward" | "backward" | "no";
  merged: boolean;
  /** Length of the fixed leading part of each range: what a merge leaves out of the comparison. */
  fixed: number[];
  /** Leading fields with bounds. */
  used: number;
}

/** Chooses how to run a query. */
export function planQuery(query: Query, view: View): Plan {
  const parts = conjuncts(query.node);
  const bounds = parts.flatMap(({ node, nested }) => {
    const found = boundsOf(node);
    return found ? [{ ...found, exact: found.exact && !nested }] : [];
  });
  if (bounds.some(({ intervals }) => intervals.length === 0)) return { kind: "nothing" };
  const setting: Setting = { query, bounds, predicates: parts.filter(({ nested }) => !nested).length };
  if (query.hint !== null) return hinted(setting);
  const primary = fit(PRIMARY, setting);
  if (primary.ranges.length === 1 && primary.used === 1 && isPoint(bounds))
    return primaryPlan(primary, setting);
  const candidates = indexCandidates(setting);
  if (primary.used > 0 || primary.sorted !== "no") candidates.push(primaryPlan(primary, setting));
  const best = cheapest(candidates, query, view);
  if (best && isBounded(best)) return best;
  return orPlan(setting, view) ?? best ?? primaryPlan(primary, setting);
}

interface Setting {
  query: Query;
  bounds: Bounds[];
  predicates: number;
}

function isPoint(bounds: Bounds[]): boolean {
  return bounds.some(
    ({ path, intervals }) => path === "_id" && intervals.length === 1 && intervals[0]?.point === true,
  );
}

function isBounded(plan: Plan): boolean {
  return plan.kind === "collection" ? plan.bounded : plan.kind !== "index" || plan.ranges.every(isNarrow);
}

function isNarrow(range: Range): boolean {
  return range.low.length > 4 || range.high.length > 4;
}

function hinted(setting: Setting): Plan {
  const { hint, collection } = setting.query;
  const index = collection.indexes.find(({ name }) => name === hint);
  if (!index) return primaryPlan(fit(PRIMARY, setting), setting);
  return indexPlan(index, fit(index, { ...setting, bounds: usable(index, setting) }));
}

/** Bounds that may be applied to an index: a sparse or partial one only serves when it holds all that can match. */
function usable(index: Index, { bounds }: Setting): Bounds[] {
  return bounds.filter(({ matchesMissing }) => !(index.sparse && matchesMissing));
}

function indexCandidates(setting: Setting): Plan[] {
  return setting.query.collection.indexes.flatMap((index) => {
    const bounds = usable(index, setting);
    if (index.sparse && !bounds.some(({ path }) => index.fields.includes(path))) return [];
    if (index.filter && !implies(setting.query.node, index.filter.node)) return [];
    const found = fit(index, { ...setting, bounds });
    if (found.used === 0 && found.sorted === "no") return [];
    return [indexPlan(index, found)];
  });
}

function primaryPlan(found: Fit, { query }: Setting): Plan {
  if (found.ranges.length > 1) {
    const ranges = found.ranges.map((one) => toRange("docs", query.collection.id, { one, reverse: false }));
    const branches = ranges.map<Plan>((range) => ({
      kind: "collection",
      range,
      exact: found.exact,
      sorted: false,
      bounded: true,
    }));
    return { kind: "or", branches };
  }
  const one = found.ranges[0] as [Buffer, Buffer];
  const range = toRange("docs", query.collection.id, { one, reverse: found.sorted === "backward" });
  return {
    kind: "collection",
    range,
    exact: found.exact,
    sorted: found.sorted !== "no",
    bounded: found.used > 0,
  };
}

function indexPlan(index: Index, found: Fit): Plan {
  const reverse = found.sorted === "backward";
  const ranges = found.ranges.map((one) => toRange("entries", index.id, { one, reverse }));
  if (reverse && !found.merged) ranges.reverse();
  const merge = found.merged ? found.fixed.map((length) => length + 4) : null;
  return { kind: "index", index, ranges, exact: found.exact, sorted: found.sorted !== "no", merge };
}

function toRange(
  space: "docs" | "entries",
  id: number,
  { one, reverse }: { one: [Buffer, Buffer]; reverse: boolean },
): Range {
  const prefix = prefixOf(id);
  const high = one[1].length === 0 ? prefixOf(id + 1) : Buffer.concat([prefix, one[1]]);
  return { space, low: Buffer.concat([prefix, one[0]]), high, reverse };
}

/** How far the bounds and the sort of a query go along an index. */
function fit(shape: Shape, setting: Setting): Fit {
  let prefixes: Buffer[] = [Buffer.alloc(0)];
  let ranges: [Buffer, Buffer][] | null = null;
  let exactPredicates = 0;
  let used = 0;
  const heads = new Set<string>();
  for (const [i, path] of shape.fields.entries()) {
    if (shape.multikey && heads.has(headOf(path))) break;
    heads.add(headOf(path));
    const narrowed = intervalsFor(path, shape, setting);
    if (!narrowed || narrowed.intervals.length * prefixes.length > MAX_RANGES) break;
    used++;
    exactPredicates += narrowed.exactPredicates;
    const intervals = shape.descending[i] ? narrowed.intervals.map(descending).reverse() : narrowed.intervals;
    if (intervals.every((interval) => interval.point)) {
      prefixes = prefixes.flatMap((prefix) =>
        intervals.map(({ from }) => Buffer.concat([prefix, from.prefix])),
      );
      continue;
    }
    ranges = prefixes.flatMap((prefix) => intervals.map((interval) => within(prefix, interval)));
    prefixes = prefixes.flatMap((prefix) => intervals.map(() => prefix));
    break;
  }
  const exact = exactPredicates === setting.predicates && !shape.cut;
  ranges ??= prefixes.map((prefix) => [
    prefix,
    prefix.length === 0 ? prefix : edgeKey({ prefix, after: true }),
  ]);
  const fixed = prefixes.map((prefix) => prefix.length);
  return { ...sortFit(shape, setting, ranges.length), ranges, fixed, exact, used };
}

function within(prefix: Buffer, { from, to }: Interval): [Buffer, Buffer] {
  return [Buffer.concat([prefix, edgeKey(from)]), Buffer.concat([prefix, edgeKey(to)])];
}

interface Narrowed {
  intervals: Interval[];
  exactPredicates: number;
}

/** The intervals of one field: all predicates on it intersected, or the first one when arrays are about. */
function intervalsFor(path: string, shape: Shape, { bounds }: Setting): Narrowed | null {
  const mine = bounds
    .filter((one) => one.path === path)
    .sort((a, b) => Number(isRange(a)) - Number(isRange(b)));
  const [first, ...others] = mine;
  if (!first) return null;
  let intervals = first.intervals;
  let exactPredicates = Number(first.exact);
  for (const other of shape.multikey ? [] : others) {
    intervals = intervals.flatMap((a) => other.intervals.flatMap((b) => intersect(a, b) ?? []));
    exactPredicates += Number(other.exact);
  }
  return { intervals, exactPredicates };
}

function isRange({ intervals }: Bounds): boolean {
  return !intervals.every((interval) => interval.point);
}

/** Whether index order is the wanted order, given that fields with one point do not vary. */
function sortFit(
  shape: Shape,
  { query, bounds }: Setting,
  rangeCount: number,
): Pick<Fit, "sorted" | "merged"> {
  const no = { sorted: "no", merged: false } as const;
  if (query.sort.length === 0 || shape.multikey || shape.cut) return no;
  const points = (path: string) =>
    bounds.find((one) => one.path === path && !isRange(one))?.intervals.length ?? 0;
  let at = 0;
  let merged = false;
  while (
    at < shape.fields.length &&
    points(shape.fields[at] as string) > 0 &&
    shape.fields[at] !== query.sort[0]?.path
  ) {
    merged ||= points(shape.fields[at] as string) > 1;
    at++;
  }
  let backward: boolean | null = null;
  for (const { path, descending: wanted } of query.sort) {
    if (shape.fields[at] !== path) {
      if (points(path) === 1) continue;
      return no;
    }
    const opposite = shape.descending[at] !== wanted;
    if (backward !== null && backward !== opposite) return no;
    backward = opposite;
    at++;
  }
  if (merged && rangeCount > 64) return no;
  return { sorted: backward ? "backward" : "forward", merged };
}

/** A partial index serves when each of its conditions is one of the query's. */
function implies(query: Node, partial: Node): boolean {
  const given = conjuncts(query).filter(({ nested }) => !nested);
  return conjuncts(partial).every(({ node: needed }) => given.some(({ node }) => covers(node, needed)));
}

function covers(given: Node, needed: Node): boolean {
  if (!("path" in given) || !("path" in needed) || given.path !== needed.path) return false;
  if (needed.kind === "test" && needed.operator === "$exists") {
    const bounds = boundsOf(given);
    return bounds ? !bounds.matchesMissing : given.kind === "test" && given.operator === "$exists";
  }
  const [a, b] = [boundsOf(given), boundsOf(needed)];
  if (!a || !b?.exact) return false;
  return a.intervals.every((one) =>
    b.intervals.some((two) => {
      const common = intersect(one, two);
      return (
        common !== null &&
        edgeKey(common.from).equals(edgeKey(one.from)) &&
        edgeKey(common.to).equals(edgeKey(one.to))
      );
    }),
  );
}

/** Least work by a look at how many keys each plan would read. */
function cheapest(candidates: Plan[], query: Query, view: View): Plan | null {
  if (candidates.length < 2) return candidates[0] ?? null;
  let best: Plan | null = null;
  let lowest = Number.POSITIVE_INFINITY;
  for (const plan of candidates) {
    const cost = costOf(plan, query, view);
    if (cost < lowest) {
      best = plan;
      lowest = cost;
    }
  }
  return best;
}

function costOf(plan: Plan, query: Query, view: View): number {
  if (plan.kind === "or") return plan.branches.length;
  if (plan.kind === "nothing") return 0;
  const ranges = plan.kind === "index" ? plan.ranges : [plan.range];
  let keys = 0;
  for (const range of ranges) {
    keys += view.store.keys({ ...range, reverse: false }, SAMPLE_KEYS - keys + 1, view.snapshot).length;
    if (keys > SAMPLE_KEYS) break;
  }
  const wide = keys > SAMPLE_KEYS;
  // Sorting in memory means reading everything first: for a wide scan an ordered index wins.
  const sortCost = query.sort.length > 0 && !plan.sorted ? (wide ? 8 * SAMPLE_KEYS : keys / 4) : 0;
  const unbounded = isBounded(plan) ? 0 : 2 * SAMPLE_KEYS;
  return keys + sortCost + unbounded + (plan.exact ? 0 : 1);
}

/** An `$or` whose every branch has an index. */
function orPlan(setting: Setting, view: View): Plan | null {
  const { query } = setting;
  const or = conjuncts(query.node).find(({ node }) => node.kind === "or")?.node;
  if (or?.kind !== "or" || query.sort.length > 0) return null;
  const branches = or.children.map((node) => planQuery({ ...query, node, sort: [], hint: null }, view));
  return branches.every(isBounded) ? { kind: "or", branches } : null;
}
