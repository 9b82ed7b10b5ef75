import { RawDoc } from "../bson/values.ts";
import type { Filter } from "../matcher/filter.ts";
import { type Collection } from "../storage/catalog.ts";
import { entryTarget } from "../storage/documents.ts";
import type { Entry, Range } from "../storage/store.ts";
import { PAUSE, type Paused, type View } from "../storage/view.ts";
import { keyText } from "../storage/write-set.ts";
import type { Plan } from "./plan.ts";

/** A stored document on its way through a query. */
export interface Row {
  /** Storage key, see `documentKey`. */
  key: string;
  doc: RawDoc;
}

export interface Examined {
  keys: number;
  docs: number;
}

export interface Scan {
  view: View;
  collection: Collection;
  plan: Plan;
  filter: Filter;
  examined: Examined;
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
  if (plan.kind === "nothing") return;
  const seen = needsDistinct(plan) ? new Set<string>() : null;
  for (const item of candidates(query, plan)) {
    if (item === PAUSE) {
      yield PAUSE;
      continue;
    }
    if (isRepeated(seen, item.key)) continue;
    if (isExact(plan) || filter.matches(item.doc)) yield item;
  }
}

function isRepeated(seen: Set<string> | null, key: string): boolean {
  if (!seen) return false;
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}

function isExact(plan: Plan): boolean {
  return (plan.kind === "index" || plan.kind === "collection") && plan.exact;
}

function needsDistinct(plan: Plan): boolean {
  return plan.kind === "or" || (plan.kind === "index" && plan.index.multikey);
}

function* candidates(query: Scan, plan: Plan): Generator<Row | Paused, void, undefined> {
  if (plan.kind === "nothing") return;
  if (plan.kind === "or") {
    for (const branch of plan.branches) yield* candidates(query, branch);
    return;
  }
  if (plan.kind === "collection" && plan.key !== null) yield* named(query, plan.key);
  else if (plan.kind === "collection") yield* documents(query, plan.range);
  else if (plan.merge) yield* fetch(query, mergeRanges(query.view, plan.ranges, plan.merge));
  else for (const range of plan.ranges) yield* fetch(query, query.view.range(range));
}

/** One document by its key: a look-up costs a third of a walk. */
function* named({ view, examined }: Scan, key: string): Generator<Row, void, undefined> {
  const bytes = view.get("docs", key);
  if (!bytes) return;
  examined.docs++;
  yield { key, doc: new RawDoc(bytes) };
}

function* documents({ view, examined }: Scan, range: Range): Generator<Row | Paused, void, undefined> {
  for (const { key, value } of view.range(range)) {
    examined.docs++;
    if (sliceOver()) yield PAUSE;
    yield { key: keyText(key), doc: new RawDoc(value) };
  }
}

function* fetch(
  { view, collection, examined }: Scan,
  entries: Iterable<Entry>,
): Generator<Row | Paused, void, undefined> {
  for (const { key, value } of entries) {
    examined.keys++;
    if (sliceOver()) yield PAUSE;
    const target = entryTarget(collection, key, value);
    const bytes = view.get("docs", target);
    examined.docs++;
    if (bytes) yield { key: target, doc: new RawDoc(bytes) };
  }
}

interface Head {
  entry: Entry;
  /** What is compared: the key behind the range's fixed prefix. */
  tail: Buffer;
  rest: Iterator<Entry>;
  skip: number;
}

/** Several ranges that differ in their leading points, read as one in the order of what follows. */
function* mergeRanges(view: View, ranges: Range[], fixed: number[]): Generator<Entry, void, undefined> {
  const heads: Head[] = [];
  const push = (rest: Iterator<Entry>, skip: number): void => {
    const next = rest.next();
    if (!next.done) heads.push({ entry: next.value, tail: next.value.key.subarray(skip), rest, skip });
  };
  for (const [i, range] of ranges.entries()) push(view.range(range), fixed[i] as number);
  const reverse = ranges[0]?.reverse === true;
  while (heads.length > 0) {
    let best = 0;
    for (let i = 1; i < heads.length; i++) {
      const order = Buffer.compare((heads[i] as Head).tail, (heads[best] as Head).tail);
      if (reverse ? order > 0 : order < 0) best = i;
    }
    const [head] = heads.splice(best, 1) as [Head];
    yield head.entry;
    push(head.rest, head.skip);
  }
}
