import { identicalValues } from "../bson/compare.ts";
import { decodeDoc, decodeFields } from "../bson/decode.ts";
import { encodeId, type EncodedKey } from "../bson/key.ts";
import { type Doc, docOf, type Value } from "../bson/values.ts";
import { DatabaseError, writeConflict } from "../errors.ts";
import { headOf } from "../bson/path.ts";
import type { Collection, Index } from "./catalog.ts";
import { keysOf } from "./index-keys.ts";
import type { Operation } from "./operation.ts";
import { keyBytes } from "./write-set.ts";

/** Storage key of a document, as text: collection id and encoded `_id`. */
export function documentKey(collection: Collection, id: Value): string {
  return prefixOf(collection.id).latin1Slice() + encodeId(id).latin1Slice();
}

export function prefixOf(id: number): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(id);
  return prefix;
}

/** Document key that an index entry leads to. */
export function entryTarget(collection: Collection, key: Buffer, value: Buffer): string {
  const idSize = value.readUInt16BE(0);
  return prefixOf(collection.id).latin1Slice() + key.latin1Slice(key.length - idSize);
}

/** One document before and after a change; `null` for none. */
export interface Change {
  /** Key of the document, from `documentKey`. */
  key: string;
  before: Buffer | null;
  after: Buffer | null;
}

interface IndexChange {
  index: Index;
  removed: string[];
  added: string[];
  arrays: readonly string[];
  cut: boolean;
}

/** Top-level fields that decide an index's keys of a document; null when its filter may look at any. */
function headsOf(index: Index): readonly string[] | null {
  let heads = knownHeads.get(index);
  if (heads === undefined) {
    const inFilter = index.filter ? index.filter.fields : [];
    heads = inFilter && [...new Set([...index.fields.map(headOf), ...inFilter])];
    knownHeads.set(index, heads);
  }
  return heads;
}

const knownHeads = new WeakMap<Index, readonly string[] | null>();

function fieldsNeeded(collection: Collection): Set<string> | null {
  const wanted = new Set<string>(["_id"]);
  for (const index of collection.indexes) {
    const heads = headsOf(index);
    if (!heads) return null;
    for (const field of heads) wanted.add(field);
  }
  return wanted;
}

/** Index entries (without the id part) that a change takes away and brings, of the indexes that it may concern. */
export function indexChanges(collection: Collection, change: Change): IndexChange[] {
  const wanted = fieldsNeeded(collection);
  const before = change.before ? decodeFields(change.before, wanted) : null;
  const after = change.after ? decodeFields(change.after, wanted) : null;
  const { indexes } = collection;
  const concerned = before && after ? indexes.filter((index) => mayDiffer(index, before, after)) : indexes;
  return concerned.map((index) => indexChange(index, before, after));
}

/** An update touches few fields: most indexes need no keys to be made and compared. */
function mayDiffer(index: Index, before: Doc, after: Doc): boolean {
  const heads = headsOf(index);
  return !heads || heads.some((head) => !identicalValues(before.get(head), after.get(head)));
}

function indexChange(index: Index, before: Doc | null, after: Doc | null): IndexChange {
  const prefix = prefixOf(index.id).latin1Slice();
  const old = before ? keysOf(before, index).keys : [];
  const now = after ? keysOf(after, index) : { keys: [] as EncodedKey[], arrays: [] };
  const text = (key: EncodedKey) => prefix + key.bytes.latin1Slice();
  const oldTexts = new Set(old.map(text));
  const newTexts = new Set(now.keys.map(text));
  return {
    index,
    removed: [...oldTexts].filter((key) => !newTexts.has(key)),
    added: [...newTexts].filter((key) => !oldTexts.has(key)),
    arrays: now.arrays,
    cut: now.keys.some((key) => key.cut),
  };
}

/** Locks that a change needs: the document and every unique key that it takes or frees. */
function lockKeys(change: Change, changes: IndexChange[]): string[] {
  const keys = [`d${change.key}`];
  for (const { index, removed, added } of changes) {
    if (!index.unique) continue;
    for (const key of added) keys.push(`u${key}`);
    for (const key of removed) keys.push(`u${key}`);
  }
  return keys;
}

/**
 * Stages a change with its index entries. The document itself must be locked already.
 * False: it had to wait for a unique key, and the statement must start again (see `Operation.tryLock`).
 * Throws DuplicateKey (11000).
 */
export async function stageChange(
  operation: Operation,
  collection: Collection,
  change: Change,
): Promise<boolean> {
  const changes = indexChanges(collection, change);
  const locked = operation.tryLock(lockKeys(change, changes));
  if (locked !== true) return locked;
  for (const one of changes) if (one.index.unique) checkUnique(operation, one, { collection, change });
  apply(operation, changes, { collection, change });
  return true;
}

interface Target {
  collection: Collection;
  change: Change;
}

const LAST = Buffer.from([255]);

function checkUnique(operation: Operation, { index, added }: IndexChange, target: Target): void {
  for (const key of added) {
    const claim = operation.writes.claims.get(key);
    const taken =
      claim === undefined
        ? takenOnDisk(operation, key, target)
        : claim !== null && claim !== target.change.key;
    if (taken) throw duplicateKey(target.collection, index, target.change);
  }
}

/** Whether another document holds this unique key; WriteConflict when it took it after our snapshot. */
function takenOnDisk(operation: Operation, key: string, target: Target): boolean {
  const { store } = operation.engine;
  const low = keyBytes(key);
  const range = { space: "entries" as const, low, high: Buffer.concat([low, LAST]), reverse: false };
  const own = key + target.change.key.slice(4);
  const heldIn = (snapshot: Parameters<typeof store.read>[2]) =>
    store.read(range, 2, snapshot).some((entry) => {
      const text = entry.key.latin1Slice();
      const ofThisKey = text.length - entry.value.readUInt16BE(0) === key.length;
      return ofThisKey && text !== own && operation.writes.entries.get(text) !== null;
    });
  const newest = store.snapshot();
  try {
    const taken = heldIn(newest);
    if (taken && operation.isTransaction && !heldIn(operation.view().snapshot)) throw writeConflict();
    return taken;
  } finally {
    store.release(newest);
  }
}

function apply(operation: Operation, changes: IndexChange[], { collection, change }: Target): void {
  const { writes } = operation;
  const idText = change.key.slice(4);
  const size = Buffer.alloc(2);
  size.writeUInt16BE(idText.length);
  let news = !collection.persisted;
  for (const one of changes) {
    for (const key of one.removed) writes.put("entries", key + idText, null);
    for (const key of one.added) writes.put("entries", key + idText, size);
    if (one.index.unique) claim(operation, one, change.key);
    news = marksIndex(one) || news;
  }
  if (news) writes.catalogChanges.add(collection.id);
  writes.put("docs", change.key, change.after);
  const count = Number(change.after !== null) - Number(change.before !== null);
  const bytes = sizeOf(change.after) - sizeOf(change.before);
  if (count !== 0 || bytes !== 0) writes.grow(collection.id, count, bytes);
}

function sizeOf(bytes: Buffer | null): number {
  return bytes === null ? 0 : bytes.length;
}

/** Notes what an index has met for the first time; true when the catalog must remember it. */
function marksIndex({ index, arrays, cut }: IndexChange): boolean {
  const news = arrays.some((field) => !index.arrays.has(field)) || (cut && !index.cut);
  noteArrays(index, arrays);
  index.cut ||= cut;
  return news;
}

/** Fields of an index that have met an array give no order from now on. */
export function noteArrays(index: Index, arrays: readonly string[]): void {
  index.multikey ||= arrays.length > 0;
  for (const field of arrays) index.arrays.add(field);
}

function claim(
  operation: Operation,
  { removed, added }: { removed: string[]; added: string[] },
  key: string,
): void {
  for (const entry of removed) operation.writes.claims.set(entry, null);
  for (const entry of added) operation.writes.claims.set(entry, key);
}

/** Error 11000 as MongoDB words it; drivers and applications read `keyPattern` and `keyValue`. */
export function duplicateKey(collection: Collection, index: Index, change: Change): DatabaseError {
  const doc = decodeDoc(change.after as Buffer);
  const values: Doc = new Map();
  for (const field of index.fields) values.set(field, leafValue(doc, field));
  return duplicate(collection, { name: index.name, key: index.key, values });
}

function leafValue(doc: Doc, field: string): Value {
  let value: Value | undefined = doc;
  for (const part of field.split(".")) value = value instanceof Map ? value.get(part) : undefined;
  return value ?? null;
}

/** Error 11000 on `_id`. */
export function duplicateId(collection: Collection, id: Value): DatabaseError {
  const values = docOf({ _id: id });
  return duplicate(collection, { name: "_id_", key: new Map([["_id", 1]]), values });
}

function duplicate(
  collection: Collection,
  { name, key, values }: { name: string; key: Doc; values: Doc },
): DatabaseError {
  const shown = [...values].map(([field, value]) => `${field}: ${showValue(value)}`).join(", ");
  const error = new DatabaseError(
    "DuplicateKey",
    `E11000 duplicate key error collection: ${collection.namespace} index: ${name} dup key: { ${shown} }`,
  );
  error.details = new Map<string, Value>([
    ["keyPattern", key],
    ["keyValue", values],
  ]);
  return error;
}

function showValue(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value !== null && typeof value === "object" && "toHexString" in value)
    return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Map) return "{ ... }";
  return Array.isArray(value) ? "[ ... ]" : String(value);
}
