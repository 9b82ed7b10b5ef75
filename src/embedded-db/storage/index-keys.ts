import { compareValues, encodeKey } from "../bson/key.ts";
import { indexPart, splitPath } from "../bson/path.ts";
import { type Doc, isDoc, type Missing, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import type { Index } from "./catalog.ts";
import { keyText } from "./write-set.ts";

/** The keys of one document in one index. */
export interface DocumentKeys {
  /** As text, behind the prefix of the index. */
  keys: string[];
  /** Fields of the index that met an array, which made several keys (or could have). */
  arrays: readonly string[];
  /** Some key was too long. */
  cut: boolean;
}

export const NO_KEYS: DocumentKeys = { keys: [], arrays: [], cut: false };

/** Every key that a document has in an index; none when a sparse or partial index leaves it out. */
export function keysOf(doc: Doc, { filter, paths, sparse, descending, prefix, fields }: Index): DocumentKeys {
  if (filter && !filter.matches(doc)) return NO_KEYS;
  const { rows, spread } = rowsOf(doc, paths);
  if (sparse && rows.every((row) => row.every((value) => value === undefined))) return NO_KEYS;
  let cut = false;
  const keys = rows.map((row) => {
    const key = encodeKey(row.map(indexed), descending);
    cut ||= key.cut;
    return prefix + keyText(key.bytes);
  });
  if (spread.size === 0) return { keys, arrays: NO_KEYS.arrays, cut };
  return { keys: [...new Set(keys)], arrays: fields.filter((_, i) => spread.has(i)), cut };
}

/** The value that a sort by this path uses: the smallest (or largest) that the document has there. */
export function sortValue(doc: Doc, path: string, descending: boolean): Value | Missing {
  const parts = splitPath(path);
  const plain = parts.length === 1 ? doc.get(path) : null;
  if (parts.length === 1 && !Array.isArray(plain)) return plain ?? null;
  const values = rowsOf(doc, [parts]).rows.map(([value]) => indexed(value));
  return values.reduce((best, value) => {
    const order = compareValues(value, best);
    return (descending ? order > 0 : order < 0) ? value : best;
  });
}

/** Stands for the one entry of an empty array. */
const EMPTY_ARRAY: Value[] = [];

/** How a value is indexed: a missing one as null, an empty array before it. */
function indexed(value: Value | Missing): Value | Missing {
  return value === EMPTY_ARRAY ? undefined : (value ?? null);
}

/** A place on the way along a path. */
interface Cursor {
  path: readonly string[];
  value: Value | Missing;
  /** Next part of the path to follow. */
  at: number;
  /** The value is an array that has to be spread. */
  open: boolean;
}

interface Rows {
  rows: (Value | Missing)[][];
  /** Positions of the paths that met an array. */
  spread: Set<number>;
}

const NOWHERE = new Set<number>();

/** What a document has at some paths: several rows where they lead through an array, all through the same one. */
function rowsOf(doc: Doc, paths: readonly (readonly string[])[]): Rows {
  const start = paths.map((path) => advance(path, doc, 0));
  if (!start.some(({ open }) => open)) return { rows: [start.map(({ value }) => value)], spread: NOWHERE };
  const found: Rows = { rows: [], spread: new Set() };
  expand(start, found);
  return found;
}

/** Follows documents (and explicit array positions) until the path ends or an array has to be spread. */
function advance(path: readonly string[], from: Value | Missing, start: number): Cursor {
  let [value, at] = [from, start];
  for (; at < path.length; at++) {
    const part = path[at] as string;
    if (isDoc(value)) value = value.get(part);
    else if (!Array.isArray(value)) return { path, value: undefined, at, open: false };
    else if (indexPart(part) >= 0) value = value[indexPart(part)];
    else break;
  }
  return { path, value, at, open: Array.isArray(value) };
}

function expand(cursors: Cursor[], found: Rows): void {
  const items = cursors.find(({ open }) => open)?.value as Value[] | undefined;
  if (!items) {
    found.rows.push(cursors.map(({ value }) => value));
    return;
  }
  for (const [i, { open, value }] of cursors.entries()) {
    if (open && value !== items) throw new DatabaseError(171, "cannot index parallel arrays");
    if (open) found.spread.add(i);
  }
  for (const item of items.length === 0 ? [EMPTY_ARRAY] : items)
    expand(
      cursors.map((cursor) => (cursor.open ? step(cursor, item) : cursor)),
      found,
    );
}

/** Goes on with one item of an array: its value where the path ends, else what a document in it has. */
function step({ path, at }: Cursor, item: Value): Cursor {
  if (at === path.length) return { path, value: item, at, open: false };
  return advance(path, isDoc(item) ? item : undefined, at);
}
