import { MAX_ID_PART_BYTES, MAX_INDEX_PART_BYTES } from "../bson/key.ts";
import { headOf } from "../bson/path.ts";
import { docOf, int } from "../bson/values.ts";
import type { Node } from "../matcher/nodes.ts";
import type { Index } from "../storage/catalog.ts";
import { prefixOf } from "../storage/documents.ts";
import type { Range } from "../storage/store.ts";
import type { View } from "../storage/view.ts";
import {
  type Bounds,
  boundsOf,
  conjuncts,
  descending,
  implies,
  intersect,
  type Interval,
  successor,
} from "./bounds.ts";
import type { FindSpec } from "./find.ts";

export interface SortField {
  path: string;
  descending: boolean;
}

/** What the planner has to know of an index, or of the `documents`: they are stored as an index on `_id` would be. */
type Shape = Pick<Index, "id" | "name" | "key" | "fields" | "descending" | "sparse" | "arrays" | "cut"> & {
  documents?: true;
};

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

/** How to find the rows of a query: along one index, along several for an `$or`, or not at all when none can match. */
export interface Plan extends Pick<Walk, "exact" | "repeats" | "sorted"> {
  walks: Walk[];
}

/** What a query asks, as far as indexes can help. */
interface Wanted {
  bounds: Bounds[];
  /** Number of predicates that must all hold. */
  predicates: number;
  sort: readonly SortField[];
}

/** More scans than this are worse than one wide scan; documents that are looked up by their keys cost far less. */
const MAX_RANGES = 400;
const MAX_LOOK_UPS = 10_000;
const MAX_MERGED = 64;
const SAMPLE_KEYS = 256;

const DOCUMENTS: Omit<Shape, "id"> = {
  name: "_id_",
  key: docOf({ _id: int(1) }),
  fields: ["_id"],
  descending: [false],
  sparse: false,
  arrays: new Set(),
  cut: false,
  documents: true,
};

/** Chooses how to run a query. */
export function planQuery(query: FindSpec, view: View, node = query.filter.node): Plan {
  const { sort, hint, collection } = query;
  const parts = conjuncts(node);
  const bounds = parts.flatMap((part) => {
    const found = boundsOf(part.node);
    return found ? [{ ...found, exact: found.exact && !part.nested }] : [];
  });
  if (bounds.some(({ intervals }) => intervals.length === 0)) return NOTHING;
  const wanted: Wanted = { bounds, sort, predicates: parts.filter(({ nested }) => !nested).length };
  const documents: Shape = { ...DOCUMENTS, id: collection.id };
  // One that was built after a transaction began has no entries in its snapshot.
  const there = collection.indexes.filter(({ since }) => since <= view.snapshot.version);
  if (hint !== null) return along(walkAlong(there.find(({ name }) => name === hint) ?? documents, wanted));
  const scan = walkAlong(documents, wanted);
  if (scan.single) return along(scan);
  const indexes = there.filter((index) => serves(index, node, bounds));
  const walks = [...indexes.map((index) => walkAlong(index, wanted)), scan];
  const best = cheapest(
    walks.filter(({ bounded, sorted }) => bounded || sorted),
    sort,
    view,
  );
  return best?.bounded ? along(best) : (orPlan(query, view, node) ?? along(best ?? scan));
}

const NOTHING: Plan = { walks: [], exact: true, sorted: true, repeats: false };

function along(walk: Walk): Plan {
  return { walks: [walk], exact: walk.exact, sorted: walk.sorted, repeats: walk.repeats };
}

/** A sparse or partial index only serves when it holds all that can match. */
function serves({ sparse, fields, filter }: Index, node: Node, bounds: Bounds[]): boolean {
  const leavesOut = sparse && !bounds.some((one) => fields.includes(one.path) && !one.matchesMissing);
  return !leavesOut && (!filter || implies(node, filter.node));
}

/** Least work by a look at how many keys each walk would read. */
function cheapest(walks: Walk[], sort: readonly SortField[], view: View): Walk | undefined {
  if (walks.length < 2) return walks[0];
  const costs = walks.map((walk) => {
    const keys = sampledKeys(walk.ranges, view);
    // Sorting in memory means reading everything first: for a wide scan an ordered index wins.
    const sorting = sort.length === 0 || walk.sorted ? 0 : keys > SAMPLE_KEYS ? 8 * SAMPLE_KEYS : keys / 4;
    return keys + sorting + (walk.bounded ? 0 : 2 * SAMPLE_KEYS) + Number(!walk.exact);
  });
  return walks[costs.indexOf(Math.min(...costs))];
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
function orPlan(query: FindSpec, view: View, whole: Node): Plan | null {
  const or = conjuncts(whole).find(({ node }) => node.kind === "or")?.node;
  if (or?.kind !== "or" || query.sort.length > 0) return null;
  const walks = or.children.flatMap((node) => planQuery(query, view, node).walks);
  return walks.every(({ bounded }) => bounded) ? { walks, exact: false, sorted: false, repeats: true } : null;
}

/** How far the bounds and the sort of a query go along an index. */
function walkAlong(index: Shape, { bounds, predicates, sort }: Wanted): Walk {
  const usable = bounds.filter(({ matchesMissing }) => !(index.sparse && matchesMissing));
  const steps = index.fields.map((_, i) => stepAlong(index, i, usable));
  const used = narrowing(index, steps);
  const stretches = stretchesOf(index, used);
  const order = orderAlong(index, { steps, used: used.length, ranges: stretches.length, sort });
  const limit = 4 - 32 + (index.documents ? MAX_ID_PART_BYTES : MAX_INDEX_PART_BYTES);
  const ranges = stretches.map<Range>(({ low, high }) => ({
    space: index.documents ? "docs" : "entries",
    low: low.subarray(0, limit),
    high: high.length > limit ? successor(high.subarray(0, limit)) : high,
    reverse: order.reverse,
  }));
  const walk: Walk = {
    index,
    ranges: order.reverse && order.leftOut === 0 ? ranges.reverse() : ranges,
    single: index.documents === true && used.some(({ points }) => points > 0),
    exact: used.flatMap((step) => step.exact).length === predicates,
    repeats: index.arrays.size > 0,
    bounded: used.length > 0,
    sorted: order.sorted,
    merge: order.leftOut > 0 ? stretches.map(({ ends }) => ends[order.leftOut] as number) : null,
  };
  // A longer key is stored cut, with a hash as its end: what has the same beginning comes together, in no order.
  const cut = index.cut || stretches.some(({ low, high }) => Math.max(low.length, high.length) > limit);
  return cut ? { ...walk, single: false, exact: false, repeats: true, sorted: false, merge: null } : walk;
}

/** What the bounds say of one field of an index. */
interface Step {
  intervals: Interval[];
  /** The predicates that hold of all in the intervals. */
  exact: Bounds[];
  /** How many values it can have; 0 for a range. */
  points: number;
}

const isPoints = (intervals: Interval[]) => intervals.every(({ point }) => point);

/** A longer one counts as cut: it is not looked up. */
const isWholeId = ({ low, point }: Interval) => point && low.length <= MAX_ID_PART_BYTES - 32;

/** All predicates on a field intersected; of one with arrays only one, as each may hold of another element. */
function stepAlong({ fields, arrays, descending: turned }: Shape, at: number, bounds: Bounds[]): Step | null {
  const path = fields[at] as string;
  const mine = bounds.filter((one) => one.path === path);
  const best = mine.find(({ intervals }) => isPoints(intervals)) ?? mine[0];
  if (!best) return null;
  const taken = arrays.has(path) ? [best] : mine;
  const ascending = taken
    .map(({ intervals }) => intervals)
    .reduce((all, others) => all.flatMap((a) => others.flatMap((b) => intersect(a, b))));
  return {
    intervals: turned[at] ? ascending.map(descending).reverse() : ascending,
    exact: taken.filter(({ exact }) => exact),
    points: isPoints(ascending) ? ascending.length : 0,
  };
}

/** The leading fields that the ranges of a walk are made of: those at points, and the first one at ranges. */
function narrowing({ fields, arrays, documents }: Shape, steps: (Step | null)[]): Step[] {
  const used: Step[] = [];
  let ranges = 1;
  for (const [i, path] of fields.entries()) {
    const step = steps[i];
    const most = documents && step?.intervals.every(isWholeId) ? MAX_LOOK_UPS : MAX_RANGES;
    if (!step || step.intervals.length * ranges > most) break;
    // What is said of two fields of an array may hold of different elements.
    if (arrays.has(path) && fields.slice(0, i).some((other) => headOf(other) === headOf(path))) break;
    used.push(step);
    if (step.points === 0) break;
    ranges *= step.points;
  }
  return used;
}

/** A range of keys, and how many bytes of its low end are left of each field. */
interface Stretch {
  low: Buffer;
  high: Buffer;
  ends: number[];
}

function stretchesOf({ id }: Shape, used: Step[]): Stretch[] {
  const prefix = prefixOf(id);
  let stretches: Stretch[] = [{ low: prefix, high: successor(prefix), ends: [prefix.length] }];
  for (const { intervals } of used)
    stretches = stretches.flatMap((before) =>
      intervals.map((interval) => {
        const low = Buffer.concat([before.low, interval.low]);
        const high = Buffer.concat([before.low, interval.high]);
        return { low, high, ends: [...before.ends, low.length] };
      }),
    );
  return stretches;
}

/** `leftOut` counts leading fields with several values each, whose ranges must be merged for the order. */
const UNORDERED = { sorted: false, reverse: false, leftOut: 0 };

/**
 * Whether index order is the wanted order. A field with one value does not vary, one with several can be left out.
 * A field that has held arrays gives no order, because its documents sort by their smallest element, and stands still at
 * a point only within the ranges made of it. Other fields of its index have the same value in all keys of a document.
 */
function orderAlong(
  { fields, descending: turned, arrays }: Shape,
  given: { steps: (Step | null)[]; used: number; ranges: number; sort: readonly SortField[] },
): typeof UNORDERED {
  const { steps, used, ranges, sort } = given;
  if (sort.length === 0 || sort.some(({ path }) => arrays.has(path))) return UNORDERED;
  const stands = fields.map((path, i) => steps[i]?.points === 1 && (i < used || !arrays.has(path)));
  // Of a field outside the index nobody knows whether some document has an array there: it varies.
  const wanted = sort.filter(({ path }) => !stands[fields.indexOf(path)]);
  const varying = [...fields.keys()].filter((i) => !stands[i]);
  const first = wanted[0] ? fields.indexOf(wanted[0].path) : 0;
  const before = varying.filter((i) => i < first);
  const turns = wanted.map(({ path, descending: down }, i) => {
    const at = varying[before.length + i] ?? fields.length;
    return fields[at] === path ? turned[at] !== down : null;
  });
  const canMerge = ranges <= MAX_MERGED && before.every((i) => i < used && steps[i]?.points);
  if (turns.some((turn) => turn === null || turn !== turns[0]) || (before.length > 0 && !canMerge))
    return UNORDERED;
  return { sorted: true, reverse: turns[0] === true, leftOut: before.length > 0 ? first : 0 };
}
