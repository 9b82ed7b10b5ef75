import { BSONRegExp } from "../bson/values.ts";
import type { Node } from "../matcher/nodes.ts";
import type { Collection, Index } from "../storage/catalog.ts";
import { documentKey, prefixOf } from "../storage/documents.ts";
import type { Range } from "../storage/store.ts";
import type { View } from "../storage/view.ts";
import { keyBytes } from "../storage/write-set.ts";
import { type Bounds, boundsOf, conjuncts } from "./bounds.ts";
import { type Fit, fit, type Shape, type SortField, type Wanted } from "./fit.ts";
import { implies } from "./implies.ts";

/** A way to find the rows of a query. */
export type Plan =
  | DocumentsPlan
  | { kind: "index"; index: Index; ranges: Range[]; exact: boolean; sorted: boolean; merge: number[] | null }
  | { kind: "or"; branches: Plan[] }
  | { kind: "nothing" };

/** A walk over the documents in the order of `_id`. */
interface DocumentsPlan {
  kind: "collection";
  range: Range;
  /** Storage key of the only document in the range, where the query names one; else null. */
  key: string | null;
  exact: boolean;
  sorted: boolean;
  bounded: boolean;
}

export interface Query {
  collection: Collection;
  node: Node;
  sort: readonly SortField[];
  /** Index name or key pattern that the client demands. */
  hint: string | null;
}

const SAMPLE_KEYS = 256;
const ZERO = Buffer.from([0]);

/** `_id` as an index: the documents themselves are stored in its order. */
const PRIMARY: Shape = {
  fields: ["_id"],
  descending: [false],
  multikey: false,
  arrays: new Set(),
  cut: false,
  sparse: false,
  filter: null,
};

/** Chooses how to run a query. */
export function planQuery(query: Query, view: View): Plan {
  const parts = conjuncts(query.node);
  const named = query.hint === null ? namedDocument(query.collection, parts) : null;
  if (named) return named;
  const setting = settingOf(query, parts);
  if (setting.bounds.some(({ intervals }) => intervals.length === 0)) return { kind: "nothing" };
  if (query.hint !== null) return hinted(setting);
  return chosenPlan(setting, view);
}

type Parts = ReturnType<typeof conjuncts>;

/** The commonest query, by a plain `_id`, needs no bounds and no comparison of indexes. */
function namedDocument(collection: Collection, parts: Parts): DocumentsPlan | null {
  for (const { node, nested } of parts) {
    if (nested || node.kind !== "compare" || node.path !== "_id" || node.operator !== "$eq") continue;
    const { value } = node;
    if (value === null || Array.isArray(value) || value instanceof BSONRegExp) continue;
    const key = documentKey(collection, value);
    const low = keyBytes(key);
    const range: Range = { space: "docs", low, high: Buffer.concat([low, ZERO]), reverse: false };
    return { kind: "collection", range, key, exact: parts.length === 1, sorted: true, bounded: true };
  }
  return null;
}

function chosenPlan(setting: Setting, view: View): Plan {
  const primary = fit(PRIMARY, setting);
  if (primary.ranges.length === 1 && primary.used === 1 && isPoint(setting.bounds))
    return primaryPlan(primary, setting);
  const candidates = indexCandidates(setting);
  if (primary.used > 0 || primary.sorted !== "no") candidates.push(primaryPlan(primary, setting));
  const best = cheapest(candidates, setting.query, view);
  if (best && isBounded(best)) return best;
  return orPlan(setting, view) ?? best ?? primaryPlan(primary, setting);
}

function settingOf(query: Query, parts: Parts): Setting {
  const bounds = parts.flatMap(({ node, nested }) => {
    const found = boundsOf(node);
    return found ? [{ ...found, exact: found.exact && !nested }] : [];
  });
  return { query, bounds, sort: query.sort, predicates: parts.filter(({ nested }) => !nested).length };
}

interface Setting extends Wanted {
  query: Query;
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
      key: null,
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
    key: null,
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

/** Least work by a look at how many keys each plan would read. */
function cheapest(candidates: Plan[], query: Query, view: View): Plan | null {
  if (candidates.length < 2) return candidates[0] ?? null;
  const costs = candidates.map((plan) => costOf(plan, query, view));
  return candidates[costs.indexOf(Math.min(...costs))] ?? null;
}

function costOf(plan: Plan, query: Query, view: View): number {
  if (plan.kind === "or") return plan.branches.length;
  if (plan.kind === "nothing") return 0;
  const keys = sampledKeys(plan.kind === "index" ? plan.ranges : [plan.range], view);
  const unbounded = isBounded(plan) ? 0 : 2 * SAMPLE_KEYS;
  return keys + sortCost(plan, query, keys) + unbounded + Number(!plan.exact);
}

/** Sorting in memory means reading everything first: for a wide scan an ordered index wins. */
function sortCost(plan: { sorted: boolean }, { sort }: Query, keys: number): number {
  if (sort.length === 0 || plan.sorted) return 0;
  return keys > SAMPLE_KEYS ? 8 * SAMPLE_KEYS : keys / 4;
}

function sampledKeys(ranges: Range[], view: View): number {
  let keys = 0;
  for (const range of ranges) {
    keys += view.store.keys({ ...range, reverse: false }, SAMPLE_KEYS - keys + 1, view.snapshot).length;
    if (keys > SAMPLE_KEYS) break;
  }
  return keys;
}

/** An `$or` whose every branch has an index. */
function orPlan(setting: Setting, view: View): Plan | null {
  const { query } = setting;
  const or = conjuncts(query.node).find(({ node }) => node.kind === "or")?.node;
  if (or?.kind !== "or" || query.sort.length > 0) return null;
  const branches = or.children.map((node) => planQuery({ ...query, node, sort: [], hint: null }, view));
  return branches.every(isBounded) ? { kind: "or", branches } : null;
}
