import { type Doc, RawDoc } from "../bson/values.ts";
import { expressionsWith, type Variables } from "../expressions/table.ts";
import { compileFilter, type Filter } from "../matcher/filter.ts";
import type { Collection } from "../storage/catalog.ts";
import { entryTarget } from "../storage/documents.ts";
import type { Entry, Range } from "../storage/store.ts";
import { PAUSE, type Paused, type View } from "../storage/view.ts";
import { keyText } from "../storage/write-set.ts";
import { type Plan, planQuery, type SortField, type Walk } from "./planner.ts";
import { sortStream } from "./sort.ts";
import { sliceOver } from "./stream.ts";

export interface FindSpec {
  collection: Collection;
  filter: Filter;
  sort: readonly SortField[];
  skip: number;
  /** 0 for all. */
  limit: number;
  /** Index name, or null. */
  hint: string | null;
}

/** A stored document on its way through a query. */
export interface Row {
  /** Storage key, see `documentKey`. */
  key: string;
  doc: RawDoc;
}

export interface Found {
  plan: Plan;
  examined: Scan["examined"];
  rows: Generator<Row | Paused, void, undefined>;
}

export function filterOf(filter: Doc, variables: Variables): Filter {
  return compileFilter(filter, expressionsWith(variables));
}

/** Plans a query and hands back its rows, not yet started. */
export function findRows(spec: FindSpec, view: View): Found {
  const { sort, skip, limit } = spec;
  const plan = planQuery(spec, view);
  const examined = { keys: 0, docs: 0 };
  const matched = scan({ ...spec, view, plan, examined });
  const ordered =
    sort.length === 0 || plan.sorted
      ? matched
      : sortStream(matched, { fields: sort, limit: limit > 0 ? limit + skip : 0, rowOf: (row) => row.doc });
  return { plan, examined, rows: skip > 0 || limit > 0 ? windowOf(ordered, skip, limit) : ordered };
}

/** Leaves out the first `skip` rows and ends after `limit` more (0: never). */
export function* windowOf<T>(
  input: Iterable<T | Paused>,
  skip: number,
  limit: number,
): Generator<T | Paused, void, undefined> {
  let seen = 0;
  for (const item of input) {
    if (item !== PAUSE && seen++ < skip) continue;
    yield item;
    if (limit > 0 && seen >= skip + limit) return;
  }
}

/** Number of matching documents when the ranges of indexes alone tell it; null when documents must be read. */
export function coveredCount(spec: FindSpec, view: View): number | null {
  const { walks, exact, repeats } = planQuery(spec, view);
  if (!exact || repeats) return null;
  const counts = walks.flatMap(({ ranges, single }) =>
    ranges.map((range) => (single ? lookUp(view, range).length : view.count(range))),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

interface Scan extends FindSpec {
  view: View;
  plan: Plan;
  examined: { keys: number; docs: number };
}

/** The rows that match, in the order of the plan; PAUSE where others should get a turn. */
function* scan(query: Scan): Generator<Row | Paused, void, undefined> {
  const { plan, filter } = query;
  const seen = new Set<string>();
  const isNew = plan.repeats ? (key: string) => seen.size < seen.add(key).size : () => true;
  for (const { walk, entries } of stretchesOf(query)) {
    for (const entry of entries) {
      if (sliceOver()) yield PAUSE;
      const row = rowOf(query, walk, entry);
      if (row && isNew(row.key) && (plan.exact || filter.matches(row.doc))) yield row;
    }
  }
}

function rowOf({ view, collection, examined }: Scan, { index }: Walk, { key, value }: Entry): Row | null {
  examined.docs++;
  if (index.documents) return { key: keyText(key), doc: new RawDoc(value) };
  examined.keys++;
  const target = entryTarget(collection, key, value);
  const bytes = view.get("docs", target);
  return bytes ? { key: target, doc: new RawDoc(bytes) } : null;
}

/** The entries of each walk, one range after the other or merged. */
function* stretchesOf({ view, plan }: Scan): Generator<{ walk: Walk; entries: Iterable<Entry> }> {
  for (const walk of plan.walks) {
    const { ranges, merge, single } = walk;
    if (merge) yield { walk, entries: merged(view, ranges, merge) };
    else
      for (const range of ranges) yield { walk, entries: single ? lookUp(view, range) : view.range(range) };
  }
}

/** One document by its key: a look-up costs a third of a walk. */
function lookUp(view: View, { low: key }: Range): Entry[] {
  const value = view.get("docs", keyText(key));
  return value ? [{ key, value }] : [];
}

interface Head {
  entry: Entry;
  /** What is compared: the key behind the range's fixed prefix. */
  tail: Buffer;
  rest: Iterator<Entry>;
  skip: number;
}

function headsOf(rest: Iterator<Entry>, skip: number): Head[] {
  const next = rest.next();
  return next.done ? [] : [{ entry: next.value, tail: next.value.key.subarray(skip), rest, skip }];
}

/** Several ranges that differ in their leading points, read as one in the order of what follows. */
function* merged(view: View, ranges: Range[], fixed: number[]): Generator<Entry, void, undefined> {
  const sign = ranges[0]?.reverse ? -1 : 1;
  const heads = ranges.flatMap((range, i) => headsOf(view.range(range), fixed[i] as number));
  while (heads.length > 0) {
    const first = heads.reduce((a, b) => (sign * Buffer.compare(b.tail, a.tail) < 0 ? b : a));
    yield first.entry;
    heads.splice(heads.indexOf(first), 1, ...headsOf(first.rest, first.skip));
  }
}
