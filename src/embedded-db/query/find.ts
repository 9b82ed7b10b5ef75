import type { Doc } from "../bson/values.ts";
import { expressionsWith, type Variables } from "../expressions/table.ts";
import { compileFilter, type Filter } from "../matcher/filter.ts";
import type { Collection } from "../storage/catalog.ts";
import { PAUSE, type Paused, type View } from "../storage/view.ts";
import type { SortField } from "./fit.ts";
import { type Plan, planQuery } from "./plan.ts";
import { type Row, type Scan, scan } from "./scan.ts";
import { sortStream } from "./sort.ts";

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
  return walks.flatMap(({ ranges }) => ranges).reduce((sum, range) => sum + view.count(range), 0);
}
