import { docOf, int } from "../bson/values.ts";
import type { Node } from "../matcher/nodes.ts";
import type { Index } from "../storage/catalog.ts";
import type { Range } from "../storage/store.ts";
import type { View } from "../storage/view.ts";
import { type Bounds, boundsOf, conjuncts, implies } from "./bounds.ts";
import type { FindSpec } from "./find.ts";
import { type Shape, type SortField, type Walk, walkAlong, type Wanted } from "./fit.ts";

/** How to find the rows of a query: along one index, along several for an `$or`, or not at all when none can match. */
export interface Plan {
  walks: Walk[];
  /** Whatever the walks meet matches. */
  exact: boolean;
  /** The rows come in the wanted order. */
  sorted: boolean;
  /** A document may come more than once. */
  repeats: boolean;
}

const SAMPLE_KEYS = 256;

const DOCUMENTS: Omit<Shape, "id"> = {
  name: "_id_",
  key: docOf({ _id: int(1) }),
  fields: ["_id"],
  descending: [false],
  unique: true,
  multikey: false,
  arrays: new Set(),
  cut: false,
  since: 0,
  sparse: false,
  filter: null,
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
