import { compareValues } from "../bson/compare.ts";
import { type EncodedKey, encodeKey } from "../bson/key.ts";
import { indexPart, splitPath } from "../bson/path.ts";
import { type Doc, isDoc, type Missing, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import type { Index } from "./catalog.ts";

interface Cursor {
  value: Value | Missing;
  /** Next part of the path to follow; past the end when the value is final. */
  at: number;
  done: boolean;
}

/** The keys of one document in one index. */
export interface DocumentKeys {
  keys: EncodedKey[];
  /** Fields of the index that met an array, which made several keys (or could have). */
  arrays: readonly string[];
}

const NO_ARRAYS: readonly string[] = [];
const NO_KEYS: DocumentKeys = { keys: [], arrays: NO_ARRAYS };

/** Every key that a document has in an index; none when a sparse or partial index leaves it out. */
export function keysOf(doc: Doc, index: Index): DocumentKeys {
  if (index.filter && !index.filter.matches(doc)) return NO_KEYS;
  const plain = plainKey(doc, index);
  if (plain) return plain;
  const paths = index.paths;
  const rows: (Value | Missing)[][] = [];
  const state: Expansion = { rows, paths, spread: new Set(), found: false };
  expand(
    paths.map((path) => advance({ value: doc, at: 0, done: false }, path)),
    state,
  );
  if (index.sparse && !state.found) return NO_KEYS;
  const arrays = state.spread.size === 0 ? NO_ARRAYS : index.fields.filter((_, i) => state.spread.has(i));
  return { keys: distinct(rows.map((row) => encodeKey(row, index.descending))), arrays };
}

/** The common case at speed: one undotted field without an array in it. */
function plainKey(doc: Doc, { paths, sparse, descending }: Index): DocumentKeys | null {
  const [path] = paths;
  if (paths.length !== 1 || path?.length !== 1 || sparse) return null;
  const value = doc.get(path[0] as string);
  if (Array.isArray(value)) return null;
  return { keys: [encodeKey([value ?? null], descending)], arrays: NO_ARRAYS };
}

function distinct(keys: EncodedKey[]): EncodedKey[] {
  if (keys.length < 2) return keys;
  const seen = new Map(keys.map((key) => [key.bytes.latin1Slice(), key]));
  return [...seen.values()];
}

/** Follows documents (and explicit array positions) until the path ends or an array has to be spread. */
function advance(cursor: Cursor, path: readonly string[]): Cursor {
  let { value, at } = cursor;
  while (at < path.length) {
    const part = path[at] as string;
    if (isDoc(value)) value = value.get(part);
    else if (Array.isArray(value) && indexPart(part) >= 0) value = value[indexPart(part)];
    else if (Array.isArray(value)) return { value, at, done: false };
    else return { value: undefined, at: path.length, done: true };
    at++;
  }
  return { value, at, done: !Array.isArray(value) };
}

interface Expansion {
  rows: (Value | Missing)[][];
  paths: readonly (readonly string[])[];
  /** Positions of the paths that met an array. */
  spread: Set<number>;
  found: boolean;
}

function expand(cursors: Cursor[], state: Expansion): void {
  const spread = cursors.find((cursor) => !cursor.done);
  if (!spread) {
    state.found ||= cursors.some((cursor) => cursor.value !== undefined);
    state.rows.push(
      cursors.map((cursor) => (cursor.value === EMPTY_ARRAY ? undefined : (cursor.value ?? null))),
    );
    return;
  }
  const items = spread.value as Value[];
  for (const [i, cursor] of cursors.entries()) {
    if (cursor.done) continue;
    if (cursor.value !== items) throw new DatabaseError(171, "cannot index parallel arrays");
    state.spread.add(i);
  }
  for (const item of items.length === 0 ? [EMPTY_ARRAY] : items) {
    expand(
      cursors.map((cursor, i) =>
        cursor.done ? cursor : step(cursor, item, state.paths[i] as readonly string[]),
      ),
      state,
    );
  }
}

/** Stands for the one entry of an empty array, which sorts before null. */
const EMPTY_ARRAY: Value[] = [];

function step(cursor: Cursor, item: Value, path: readonly string[]): Cursor {
  if (cursor.at === path.length) return { value: item, at: cursor.at, done: true };
  if (item === EMPTY_ARRAY || !isDoc(item)) return { value: undefined, at: path.length, done: true };
  return advance({ value: item, at: cursor.at, done: false }, path);
}

/** The value that a sort by this path uses: the smallest (or largest) that the document has there. */
export function sortValue(doc: Doc, path: string, descending: boolean): Value | Missing {
  const parts = splitPath(path);
  if (parts.length === 1) {
    const value = doc.get(path);
    if (!Array.isArray(value)) return value ?? null;
  }
  const state: Expansion = { rows: [], paths: [parts], spread: new Set(), found: false };
  expand([advance({ value: doc, at: 0, done: false }, parts)], state);
  let best = state.rows[0]?.[0];
  for (const [value] of state.rows) {
    const order = compareValues(value, best);
    if (descending ? order > 0 : order < 0) best = value;
  }
  return best;
}
