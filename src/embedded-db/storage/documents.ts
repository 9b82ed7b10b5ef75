import { identicalValues } from "../bson/encode.ts";
import { decodeDoc, decodeFields } from "../bson/decode.ts";
import { encodeId, MAX_ID_PART_BYTES } from "../bson/key.ts";
import { getAtPath } from "../bson/path.ts";
import { type Doc, docOf, int, ObjectId, type Value } from "../bson/values.ts";
import { DatabaseError, notImplemented, writeConflict } from "../errors.ts";
import type { Collection, Index } from "./catalog.ts";
import { type DocumentKeys, keysOf, NO_KEYS } from "./index-keys.ts";
import type { Operation } from "./transactions.ts";
import type { Range, Snapshot } from "./store.ts";
import { keyBytes, keyText } from "./write-set.ts";

/**
 * Keys in the store. A document: id of its collection, encoded `_id`. An index entry: id of the index, encoded values,
 * encoded `_id`; its value is the length of the last part.
 */
const PREFIX_BYTES = 4;

export function prefixOf(id: number): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(id);
  return prefix;
}

/** Everything under an id. */
export function rangeOf(space: "docs" | "entries", id: number): Range {
  return { space, low: prefixOf(id), high: prefixOf(id + 1), reverse: false };
}

/** Storage key of a new document, as text. Throws NotImplemented (238) where it could not hold the whole `_id`. */
export function documentKey(collection: Collection, id: Value): string {
  const { bytes, cut } = encodeId(id);
  if (cut) throw notImplemented(`an _id that takes more than ${MAX_ID_PART_BYTES} bytes`);
  return collection.prefix + keyText(bytes);
}

/** The encoded `_id` in the storage key of a document. */
export const idPart = (documentKey: string): string => documentKey.slice(PREFIX_BYTES);

/** Value of the index entries of a document. */
export function entryValue(id: string): Buffer {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(id.length);
  return size;
}

/** Document key that an index entry leads to. */
export function entryTarget(collection: Collection, key: Buffer, value: Buffer): string {
  return collection.prefix + key.latin1Slice(key.length - value.readUInt16BE(0));
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
  /** Keys that go and come. */
  removed: string[];
  added: string[];
  now: DocumentKeys;
}

/** What a change means to the indexes that it may concern. */
function indexChanges({ indexes }: Collection, change: Change): IndexChange[] {
  const heads = indexes.map((index) => index.heads);
  const wanted = heads.includes(null) ? null : new Set(heads.flat() as string[]);
  const before = change.before ? decodeFields(change.before, wanted) : null;
  const after = change.after ? decodeFields(change.after, wanted) : null;
  // An update touches few fields: most indexes need no keys to be made and compared.
  const concerned = indexes.filter(
    (index) =>
      !(before && after && index.heads?.every((head) => identicalValues(before.get(head), after.get(head)))),
  );
  return concerned.map((index) => {
    const { keys } = before ? keysOf(before, index) : NO_KEYS;
    const now = after ? keysOf(after, index) : NO_KEYS;
    return { index, removed: without(keys, now.keys), added: without(now.keys, keys), now };
  });
}

function without(keys: string[], others: string[]): string[] {
  if (others.length === 0) return keys;
  const gone = new Set(others);
  return keys.filter((key) => !gone.has(key));
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
  const unique = changes.filter(({ index }) => index.unique);
  const claimed = unique.flatMap(({ added, removed }) => [...added, ...removed]);
  const locked = operation.tryLock(claimed.map((key) => `u${key}`));
  if (locked !== true) return locked;
  for (const { index, added } of unique) {
    if (added.some((key) => isTaken(operation, key, change.key)))
      throw duplicateKey(collection, index, decodeDoc(change.after as Buffer));
  }
  stage(operation, changes, { collection, change });
  return true;
}

/** Whether another document has a unique key. Throws WriteConflict where it took it after a transaction's snapshot. */
function isTaken(operation: Operation, key: string, documentKey: string): boolean {
  const claim = operation.writes.claims.get(key);
  if (claim !== undefined) return claim !== null && claim !== documentKey;
  const { store } = operation.engine;
  const range: Range = { space: "entries", low: keyBytes(key), high: keyBytes(`${key}\xff`), reverse: false };
  const heldIn = (snapshot: Snapshot) => store.keys(range, 1, snapshot).length > 0;
  const newest = store.snapshot();
  try {
    const taken = heldIn(newest);
    if (taken && operation.isTransaction && !heldIn(operation.view().snapshot)) throw writeConflict();
    return taken;
  } finally {
    store.release(newest);
  }
}

function stage(
  { writes }: Operation,
  changes: IndexChange[],
  { collection, change }: { collection: Collection; change: Change },
): void {
  const { key, before, after } = change;
  const id = idPart(key);
  const put = ({ unique }: Index, entry: string, value: Buffer | null) => {
    writes.put("entries", entry + id, value);
    if (unique) writes.claims.set(entry, value && key);
  };
  for (const { index, removed, added, now } of changes) {
    for (const entry of removed) put(index, entry, null);
    for (const entry of added) put(index, entry, entryValue(id));
    if (noteKeys(index, now)) collection.recorded = false;
  }
  // What was noted stays noted though this operation be undone: whichever comes to a commit first takes it along.
  if (!collection.persisted || !collection.recorded) writes.catalogChanges.add(collection);
  writes.put("docs", key, after);
  writes.grow(collection, before, after);
}

/** Notes what an index has met for the first time; true when the catalog must remember it. */
export function noteKeys(index: Index, { arrays, cut }: DocumentKeys): boolean {
  const news = arrays.some((field) => !index.arrays.has(field)) || (cut && !index.cut);
  for (const field of arrays) index.arrays.add(field);
  index.cut ||= cut;
  return news;
}

/** Error 11000 on `_id`. */
export function duplicateId(collection: Collection, id: Value): DatabaseError {
  return duplicateKey(collection, { name: "_id_", key: docOf({ _id: int(1) }) }, docOf({ _id: id }));
}

/** Error 11000 as MongoDB words it; drivers and applications read `keyPattern` and `keyValue`. */
export function duplicateKey(
  { namespace }: Collection,
  { name, key }: Pick<Index, "name" | "key">,
  doc: Doc,
): DatabaseError {
  const values: Doc = new Map([...key.keys()].map((field) => [field, getAtPath(doc, field) ?? null]));
  const shown = [...values].map(([field, value]) => `${field}: ${showValue(value)}`).join(", ");
  const error = new DatabaseError(
    "DuplicateKey",
    `E11000 duplicate key error collection: ${namespace} index: ${name} dup key: { ${shown} }`,
  );
  error.details = new Map([
    ["keyPattern", key],
    ["keyValue", values],
  ]);
  return error;
}

function showValue(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Map) return "{ ... }";
  return Array.isArray(value) ? "[ ... ]" : String(value);
}
