import { MAX_ID_PART_BYTES, MAX_INDEX_PART_BYTES } from "../bson/key.ts";
import { headOf } from "../bson/path.ts";
import type { Index } from "../storage/catalog.ts";
import { prefixOf } from "../storage/documents.ts";
import type { Range } from "../storage/store.ts";
import { type Bounds, descending, intersect, type Interval, successor } from "./bounds.ts";

export interface SortField {
  path: string;
  descending: boolean;
}

/** What the planner has to know of an index, or of the `documents`: they are stored as an index on `_id` would be. */
export type Shape = Omit<Index, "paths" | "prefix" | "heads" | "expireAfterSeconds" | "spec"> & {
  documents?: true;
};

/** What a query asks, as far as indexes can help. */
export interface Wanted {
  bounds: Bounds[];
  /** Number of predicates that must all hold. */
  predicates: number;
  sort: readonly SortField[];
}

/** A way along one index. */
export interface Walk {
  index: Shape;
  ranges: Range[];
  /** Each range is one document, by its whole key. */
  single: boolean;
  /** The ranges hold exactly what matches. */
  exact: boolean;
  /** A document may come more than once. */
  repeats: boolean;
  /** Less than the whole index is read. */
  bounded: boolean;
  /** The rows come in the wanted order. */
  sorted: boolean;
  /** Where that takes a merge of the ranges: how many leading bytes of their keys are left out of the comparison. */
  merge: number[] | null;
}

/** More scans than this are worse than one wide scan. */
const MAX_RANGES = 400;
const MAX_MERGED = 64;

interface Stretch {
  low: Buffer;
  high: Buffer;
  /** Length of the leading part that all its keys share. */
  fixed: number;
}

/** How far the bounds and the sort of a query go along an index. */
export function walkAlong(index: Shape, wanted: Wanted): Walk {
  const bounds = wanted.bounds.filter(({ matchesMissing }) => !(index.sparse && matchesMissing));
  const { stretches, used, exactPredicates, single } = narrowed(index, bounds);
  // A longer key is stored cut, with a hash as its end.
  const limit = 4 - 32 + (index.documents ? MAX_ID_PART_BYTES : MAX_INDEX_PART_BYTES);
  const cut = index.cut || stretches.some(({ low, high }) => Math.max(low.length, high.length) > limit);
  const order = cut ? UNORDERED : orderAlong(index, { ...wanted, bounds }, stretches.length);
  const ranges = stretches.map<Range>(({ low, high }) => ({
    space: index.documents ? "docs" : "entries",
    low: low.subarray(0, limit),
    high: high.length > limit ? successor(high.subarray(0, limit)) : high,
    reverse: order.reverse,
  }));
  return {
    index,
    ranges: order.reverse && !order.merged ? ranges.reverse() : ranges,
    single: single && !cut,
    exact: exactPredicates === wanted.predicates && !cut,
    repeats: index.multikey || cut,
    bounded: used > 0,
    sorted: order.sorted,
    merge: order.merged ? stretches.map(({ fixed }) => fixed) : null,
  };
}

function narrowed(index: Shape, bounds: Bounds[]) {
  const start = prefixOf(index.id);
  let stretches: Stretch[] = [{ low: start, high: successor(start), fixed: start.length }];
  let exactPredicates = 0;
  let used = 0;
  let points = true;
  for (const [i, path] of index.fields.entries()) {
    if (index.multikey && index.fields.slice(0, i).some((other) => headOf(other) === headOf(path))) break;
    const found = intervalsOf(path, index, bounds);
    if (!found || found.intervals.length * stretches.length > MAX_RANGES) break;
    used++;
    exactPredicates += found.exactPredicates;
    const intervals = index.descending[i] ? found.intervals.map(descending).reverse() : found.intervals;
    stretches = stretches.flatMap((before) => intervals.map((interval) => extended(before, interval)));
    points = intervals.every(({ point }) => point);
    if (!points) break;
  }
  return { stretches, used, exactPredicates, single: index.documents === true && used > 0 && points };
}

function extended({ low: prefix }: Stretch, { low, high, point }: Interval): Stretch {
  const whole = Buffer.concat([prefix, low]);
  return { low: whole, high: Buffer.concat([prefix, high]), fixed: (point ? whole : prefix).length };
}

const isPoints = ({ intervals }: Bounds) => intervals.every(({ point }) => point);

/** The intervals of one field: all predicates on it intersected, or the first one when arrays are about. */
function intervalsOf(path: string, { multikey }: Shape, bounds: Bounds[]) {
  const mine = bounds
    .filter((one) => one.path === path)
    .sort((a, b) => Number(isPoints(b)) - Number(isPoints(a)));
  const [first, ...others] = multikey ? mine.slice(0, 1) : mine;
  if (!first) return null;
  const intervals = others.reduce(
    (all, other) => all.flatMap((a) => other.intervals.flatMap((b) => intersect(a, b))),
    first.intervals,
  );
  return { intervals, exactPredicates: [first, ...others].filter(({ exact }) => exact).length };
}

const UNORDERED = { sorted: false, reverse: false, merged: false };

/**
 * Whether index order is the wanted order, given that fields with one point do not vary. A field that has held arrays
 * gives no order, and does not stand still at a point either: its documents sort by their smallest element. Other
 * fields order a multikey index as any: all keys of a document within one range have the same values there.
 */
function orderAlong(index: Shape, { sort, bounds }: Wanted, rangeCount: number): typeof UNORDERED {
  const { fields } = index;
  if (sort.length === 0 || sort.some(({ path }) => index.arrays.has(path))) return UNORDERED;
  const points = fields.map(
    (path) => bounds.find((one) => one.path === path && isPoints(one))?.intervals.length ?? 0,
  );
  // Of a field outside the index nobody knows whether some document has an array there: it varies.
  const varying = sort.filter(({ path }) => points[fields.indexOf(path)] !== 1);
  const first = fields.findIndex((path, i) => path === varying[0]?.path || points[i] === 0);
  const leading = first < 0 ? fields.length : first;
  const merged = points.slice(0, leading).some((count) => count > 1);
  const rest = [...fields.keys()].filter((i) => i >= leading && points[i] !== 1);
  const turns = varying.map(({ path, descending: down }, i) => {
    const at = rest[i] ?? fields.length;
    return fields[at] === path ? index.descending[at] !== down : null;
  });
  if ((merged && rangeCount > MAX_MERGED) || turns.some((turn) => turn !== turns[0] || turn === null))
    return UNORDERED;
  return { sorted: true, reverse: turns[0] === true, merged };
}
