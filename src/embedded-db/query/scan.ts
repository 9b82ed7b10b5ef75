import { RawDoc } from "../bson/values.ts";
import { entryTarget } from "../storage/documents.ts";
import type { Entry, Range } from "../storage/store.ts";
import { PAUSE, type Paused, type View } from "../storage/view.ts";
import { keyText } from "../storage/write-set.ts";
import type { FindSpec } from "./find.ts";
import type { Walk } from "./fit.ts";
import type { Plan } from "./plan.ts";

/** A stored document on its way through a query. */
export interface Row {
  /** Storage key, see `documentKey`. */
  key: string;
  doc: RawDoc;
}

export interface Scan extends FindSpec {
  view: View;
  plan: Plan;
  examined: { keys: number; docs: number };
}

const SLICE_MS = 6;
let sliceEnd = 0;
let ticks = 0;

/** Starts a new slice of time: called whenever a pipeline goes on after others had their turn. */
export function startSlice(): void {
  sliceEnd = performance.now() + SLICE_MS;
}

/** True when a running pipeline should let others run. Looks at the clock every 64th time only. */
export function sliceOver(): boolean {
  return (++ticks & 63) === 0 && performance.now() > sliceEnd;
}

/** The rows that match, in the order of the plan; PAUSE where others should get a turn. */
export function* scan(query: Scan): Generator<Row | Paused, void, undefined> {
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
