import { Elements } from "../bson/decode.ts";
import { MAX_DOCUMENT_BYTES, tooLarge } from "../bson/encode.ts";
import { BSONRegExp, isDoc, ObjectId, RawDoc, type Value } from "../bson/values.ts";
import { checkDeadline } from "../deadline.ts";
import { DatabaseError } from "../errors.ts";
import { findRows, type FindSpec } from "../query/find.ts";
import type { Row } from "../query/scan.ts";
import { pull } from "../query/stream.ts";
import type { Collection } from "../storage/catalog.ts";
import { documentKey, duplicateId, stageChange } from "../storage/documents.ts";
import type { Operation } from "../storage/operation.ts";

/** A document ready for storage: `_id` first, all bytes checked. */
export interface Insertable {
  id: Value;
  bytes: Buffer;
}

/** Checks a document's bytes and moves `_id` to the front (or makes one). */
export function prepareInsert(bytes: Buffer): Insertable {
  if (bytes.length > MAX_DOCUMENT_BYTES) throw tooLarge(bytes.length);
  let place: { id: Value; start: number; end: number } | undefined;
  for (const element = new Elements(bytes); element.next(); ) {
    element.check();
    if (element.name() === "_id") place ??= { id: element.value(), start: element.start, end: element.end };
  }
  if (!place) {
    const id = new ObjectId();
    return { id, bytes: inFront(Buffer.concat([ID_ELEMENT, id.id]), [bytes.subarray(4)]) };
  }
  const { id } = place;
  checkId(id);
  if (place.start === 4) return { id, bytes };
  const rest = [bytes.subarray(4, place.start), bytes.subarray(place.end)];
  return { id, bytes: inFront(bytes.subarray(place.start, place.end), rest) };
}

/** Type and name of an `_id` that is an ObjectId. */
const ID_ELEMENT = Buffer.from("\x07_id\0", "latin1");

function inFront(element: Buffer, rest: Buffer[]): Buffer {
  const whole = Buffer.concat([Buffer.alloc(4), element, ...rest]);
  whole.writeInt32LE(whole.length, 0);
  return whole;
}

function checkId(id: Value): void {
  const bad = Array.isArray(id) ? "array" : id instanceof BSONRegExp ? "regex" : null;
  if (bad) throw new DatabaseError("InvalidIdField", `The '_id' value cannot be of type ${bad}`);
  const name = isDoc(id) ? [...id.keys()].find((key) => key.startsWith("$")) : undefined;
  if (name !== undefined)
    throw new DatabaseError(
      "DollarPrefixedFieldName",
      `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`,
    );
}

interface Target {
  collection: Collection;
  /** Of the document. */
  key: string;
}

/** New bytes for what is stored now (undefined: nothing); null deletes it, undefined leaves it alone. */
type Decide = (stored: Buffer | undefined) => Buffer | null | undefined;

/** Locks one document and changes it; null when it was left alone. */
async function changeOne(operation: Operation, { collection, key }: Target, decide: Decide) {
  for (;;) {
    await operation.enter(collection);
    const locked = operation.tryLock([`d${key}`]);
    if (locked !== true) {
      await locked;
      continue;
    }
    const before = operation.latest("docs", key);
    const after = decide(before);
    if (after === undefined) return null;
    const change = { key, before: before ?? null, after };
    if (before && after?.equals(before)) return { ...change, modified: false };
    if (await stageChange(operation, collection, change)) return { ...change, modified: true };
  }
}

/** Stages one insert. Throws DuplicateKey (11000), or WriteConflict inside a transaction. */
export async function insertOne(
  operation: Operation,
  collection: Collection,
  { id, bytes }: Insertable,
): Promise<void> {
  await changeOne(operation, { collection, key: documentKey(collection, id) }, (stored) => {
    if (stored) throw duplicateId(collection, id);
    return bytes;
  });
}

/** Computes the new bytes of a document; null deletes it. */
export type Rewrite = (before: Buffer) => Buffer | null;

/** What became of the documents that a change concerned: how many, and the last of them. */
export interface Changed {
  matched: number;
  modified: number;
  before: Buffer | null;
  after: Buffer | null;
}

/**
 * Applies a rewrite to the first (or every) match. All are found before the first change, so none is met twice; one
 * that no longer matches once it is locked is left alone.
 */
export async function changeMatches(
  operation: Operation,
  spec: FindSpec,
  rewrite: Rewrite,
): Promise<Changed> {
  const { collection, filter, limit } = spec;
  let done: Changed = { matched: 0, modified: 0, before: null, after: null };
  for (;;) {
    const { rows } = await pull<Row>(findRows(spec, operation.view()).rows, () => false, operation.deadline);
    for (const { key, doc } of rows) {
      checkDeadline(operation.deadline);
      const change = await changeOne(operation, { collection, key }, (stored) =>
        stored && (stored.equals(doc.bytes) || filter.matches(new RawDoc(stored)))
          ? rewrite(stored)
          : undefined,
      );
      if (change)
        done = {
          matched: done.matched + 1,
          modified: done.modified + Number(change.modified),
          before: change.before,
          after: change.after,
        };
      await operation.relieve();
    }
    if (limit !== 1 || done.matched === rows.length) return done;
  }
}
