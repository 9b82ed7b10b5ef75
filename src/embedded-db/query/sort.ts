import { compareValues } from "../bson/compare.ts";
import { toFields } from "../bson/decode.ts";
import { headOf } from "../bson/path.ts";
import { type Doc, isDoc, isNumber, type Missing, toNumber, type Value } from "../bson/values.ts";
import { badValue, DatabaseError, notImplemented } from "../errors.ts";
import { sortValue } from "../storage/index-keys.ts";
import { PAUSE, type Paused } from "../storage/view.ts";
import type { SortField } from "./fit.ts";
import { Held, type StreamRow } from "./stream.ts";

/** Checks a sort document. `$natural` alone means storage order, which is no sort here. */
export function parseSort(sort: Value | undefined): SortField[] {
  if (sort === undefined || sort === null) return [];
  if (!isDoc(sort)) throw new DatabaseError("TypeMismatch", "Expected field sort to be of type object");
  if (sort.has("$natural")) {
    if (toNumber(sort.get("$natural")) === -1) return [{ path: "_id", descending: true }];
    return [];
  }
  return [...sort].map(([path, direction]) => {
    if (isDoc(direction)) throw notImplemented("a sort by $meta");
    const sign = toNumber(direction);
    if (!isNumber(direction) || (sign !== 1 && sign !== -1)) {
      throw new DatabaseError(15975, "$sort key ordering must be 1 (for ascending) or -1 (for descending)");
    }
    if (path === "" || path.startsWith("$"))
      throw badValue(`FieldPath field names may not start with '$': ${path}`);
    return { path, descending: sign === -1 };
  });
}

interface Keyed<T> {
  row: T;
  keys: (Value | Missing)[];
}

function comparator(fields: readonly SortField[]): (a: Keyed<unknown>, b: Keyed<unknown>) => number {
  return (a, b) => {
    for (const [i, { descending }] of fields.entries()) {
      const order = compareValues(a.keys[i], b.keys[i]);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };
}

export interface Sorting<T> {
  fields: readonly SortField[];
  /** Rows that will be used at most; 0 for all. */
  limit: number;
  rowOf(item: T): StreamRow;
}

/** Sorts a stream, stable; with a limit it holds only as many rows as can still be among the first. */
export function* sortStream<T>(
  input: Iterable<T | Paused>,
  { fields, limit, rowOf }: Sorting<T>,
): Generator<T | Paused, void, undefined> {
  const wanted = new Set(fields.map(({ path }) => headOf(path)));
  const order = comparator(fields);
  const held = new Held("Sort");
  let rows: Keyed<T>[] = [];
  const cut = limit > 0 ? limit * 2 + 256 : Number.POSITIVE_INFINITY;
  for (const item of input) {
    if (item === PAUSE) {
      yield PAUSE;
      continue;
    }
    const row = rowOf(item as T);
    const doc: Doc = toFields(row, wanted);
    rows.push({
      row: item as T,
      keys: fields.map(({ path, descending }) => sortValue(doc, path, descending)),
    });
    held.add(row);
    if (rows.length > cut) {
      rows = rows.sort(order).slice(0, limit);
      held.reset(0);
      for (const kept of rows) held.add(rowOf(kept.row));
    }
  }
  rows.sort(order);
  const end = limit > 0 ? Math.min(limit, rows.length) : rows.length;
  for (let i = 0; i < end; i++) yield (rows[i] as Keyed<T>).row;
}
