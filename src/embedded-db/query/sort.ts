import { compareValues } from "../bson/key.ts";
import { toFields } from "../bson/decode.ts";
import { headOf } from "../bson/path.ts";
import { isDoc, isNumber, type Missing, toNumber, type Value } from "../bson/values.ts";
import { DatabaseError, notImplemented, typeMismatch } from "../errors.ts";
import { fieldParts } from "../expressions/table.ts";
import { sortValue } from "../storage/index-keys.ts";
import { PAUSE, type Paused } from "../storage/view.ts";
import type { SortField } from "./planner.ts";
import { Held, type StreamRow } from "./stream.ts";

/** Checks a sort document. `$natural` alone means storage order, which is no sort here. */
export function parseSort(sort: Value | undefined): SortField[] {
  if (sort === undefined || sort === null) return [];
  if (!isDoc(sort)) throw typeMismatch("Expected field sort to be of type object");
  if (sort.has("$natural"))
    return toNumber(sort.get("$natural")) === -1 ? [{ path: "_id", descending: true }] : [];
  return [...sort].map(([path, direction]) => {
    if (isDoc(direction)) throw notImplemented("a sort by $meta");
    const sign = toNumber(direction);
    if (!isNumber(direction))
      throw new DatabaseError(15974, `Illegal key in $sort specification: ${path} is no number`);
    if (Math.abs(sign) !== 1)
      throw new DatabaseError(15975, "$sort key ordering must be 1 (for ascending) or -1 (for descending)");
    fieldParts(path);
    return { path, descending: sign === -1 };
  });
}

interface Keyed<T> {
  item: T;
  keys: (Value | Missing)[];
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
  const first = (rows: Keyed<T>[]) => rows.sort(orderBy(fields)).slice(0, limit > 0 ? limit : rows.length);
  const cut = limit > 0 ? limit * 2 + 256 : Number.POSITIVE_INFINITY;
  let held = new Held("Sort");
  let rows: Keyed<T>[] = [];
  for (const given of input) {
    if (given === PAUSE) {
      yield PAUSE;
      continue;
    }
    const item = given as T;
    const doc = toFields(rowOf(item), wanted);
    rows.push({ item, keys: fields.map(({ path, descending }) => sortValue(doc, path, descending)) });
    held.add(rowOf(item));
    if (rows.length <= cut) continue;
    rows = first(rows);
    held = new Held("Sort");
    for (const kept of rows) held.add(rowOf(kept.item));
  }
  for (const { item } of first(rows)) yield item;
}

function orderBy(fields: readonly SortField[]): (a: Keyed<unknown>, b: Keyed<unknown>) => number {
  return (a, b) => {
    for (const [i, { descending }] of fields.entries()) {
      const order = compareValues(a.keys[i], b.keys[i]);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };
}
