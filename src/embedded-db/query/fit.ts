import { headOf } from "../bson/path.ts";
import type { Index } from "../storage/catalog.ts";
import { type Bounds, descending, edgeKey, intersect, type Interval } from "./bounds.ts";

export interface SortField {
  path: string;
  descending: boolean;
}

/** What the planner has to know of an index. */
export type Shape = Pick<
  Index,
  "fields" | "descending" | "multikey" | "arrays" | "cut" | "sparse" | "filter"
>;

/** What a query asks, as far as indexes can help. */
export interface Wanted {
  bounds: Bounds[];
  /** Number of predicates that must all hold. */
  predicates: number;
  sort: readonly SortField[];
}

export interface Fit {
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

/** More scans than this are worse than one wide scan. */
const MAX_RANGES = 400;
const MAX_MERGED = 64;

/** How far the bounds and the sort of a query go along an index. */
export function fit(shape: Shape, wanted: Wanted): Fit {
  let prefixes: Buffer[] = [Buffer.alloc(0)];
  let ranges: [Buffer, Buffer][] | null = null;
  let exactPredicates = 0;
  let used = 0;
  const heads = new Set<string>();
  for (const [i, path] of shape.fields.entries()) {
    if (shape.multikey && heads.has(headOf(path))) break;
    heads.add(headOf(path));
    const narrowed = intervalsFor(path, shape, wanted);
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
  const exact = exactPredicates === wanted.predicates && !shape.cut;
  ranges ??= prefixes.map((prefix) => [
    prefix,
    prefix.length === 0 ? prefix : edgeKey({ prefix, after: true }),
  ]);
  const fixed = prefixes.map((prefix) => prefix.length);
  return { ...sortFit(shape, wanted, ranges.length), ranges, fixed, exact, used };
}

function within(prefix: Buffer, { from, to }: Interval): [Buffer, Buffer] {
  return [Buffer.concat([prefix, edgeKey(from)]), Buffer.concat([prefix, edgeKey(to)])];
}

interface Narrowed {
  intervals: Interval[];
  exactPredicates: number;
}

/** The intervals of one field: all predicates on it intersected, or the first one when arrays are about. */
function intervalsFor(path: string, shape: Shape, { bounds }: Wanted): Narrowed | null {
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

/**
 * Whether index order is the wanted order, given that fields with one point do not vary. A field that has held arrays
 * gives no order, and does not stand still at a point either: its documents sort by their smallest element. Other
 * fields order a multikey index as any: all keys of a document within one range have the same values there.
 */
function sortFit(shape: Shape, { sort, bounds }: Wanted, rangeCount: number): Pick<Fit, "sorted" | "merged"> {
  const no = { sorted: "no", merged: false } as const;
  if (sort.length === 0 || shape.cut || sort.some(({ path }) => shape.arrays.has(path))) return no;
  // Of a field outside the index nobody knows whether some document has an array there.
  const points = (path: string) =>
    shape.fields.includes(path)
      ? (bounds.find((one) => one.path === path && !isRange(one))?.intervals.length ?? 0)
      : 0;
  const varying = sort.filter(({ path }) => points(path) !== 1);
  const leading = fixedFields(shape.fields, varying[0]?.path, points);
  const merged = shape.fields.slice(0, leading).some((path) => points(path) > 1);
  if (merged && rangeCount > MAX_MERGED) return no;
  const rest = shape.fields.flatMap((path, i) => (i >= leading && points(path) !== 1 ? [i] : []));
  const opposite = varying.map(({ path, descending: down }, i) => {
    const at = rest[i];
    return at !== undefined && shape.fields[at] === path ? shape.descending[at] !== down : null;
  });
  if (opposite.includes(null) || new Set(opposite).size > 1) return no;
  return { sorted: opposite[0] ? "backward" : "forward", merged };
}

/** Number of leading index fields that have points and do not take part in the sort. */
function fixedFields(
  fields: readonly string[],
  first: string | undefined,
  points: (path: string) => number,
): number {
  let at = 0;
  while (at < fields.length && fields[at] !== first && points(fields[at] as string) > 0) at++;
  return at;
}
