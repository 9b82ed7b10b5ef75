import { createHash } from "node:crypto";
import { Elements } from "../bson/decode.ts";
import { checkSize, encodeDoc } from "../bson/encode.ts";
import { BSONRegExp, docOf, isDoc, nextTimestamp, ObjectId, RawDoc, type Value } from "../bson/values.ts";
import { checkDeadline } from "../deadline.ts";
import { DatabaseError } from "../errors.ts";
import { findRows, type FindSpec, type Row } from "../query/find.ts";
import { pull } from "../query/stream.ts";
import type { Collection } from "../storage/catalog.ts";
import { documentKey, duplicateId, stageChange } from "../storage/documents.ts";
import type { Operation } from "../storage/transactions.ts";

const TIMESTAMP = 17;

/** Empty timestamps at the top level of what is inserted or put in another's place become the time, but for `_id`. */
export function stampEmpty(bytes: Buffer): Buffer {
  let stamped = bytes;
  for (const element = new Elements(bytes); element.next(); ) {
    if (element.type !== TIMESTAMP || element.name() === "_id") continue;
    if (bytes.readBigUInt64LE(element.valueAt) !== 0n) continue;
    if (stamped === bytes) stamped = Buffer.from(bytes);
    const { low, high } = nextTimestamp();
    stamped.writeInt32LE(high | 0, stamped.writeInt32LE(low | 0, element.valueAt));
  }
  return stamped;
}

/** Checks a document's bytes and moves `_id` to the front (or makes one). */
function prepare(bytes: Buffer): { id: Value; bytes: Buffer } {
  checkSize(bytes);
  let place: { id: Value; start: number; end: number } | undefined;
  for (const element = new Elements(bytes); element.next(); ) {
    element.check();
    if (element.name() === "_id") place ??= { id: element.value(), start: element.start, end: element.end };
  }
  const { id, start, end } = place ?? { id: new ObjectId(), start: bytes.length, end: bytes.length };
  checkId(id);
  if (start === 4) return { id, bytes };
  const first = place ? bytes.subarray(start, end) : encodeDoc(docOf({ _id: id })).subarray(4, -1);
  const parts = [bytes.subarray(0, 4), first, bytes.subarray(4, start), bytes.subarray(end)];
  const moved = Buffer.concat(parts);
  moved.writeInt32LE(moved.length);
  return { id, bytes: moved };
}

function checkId(id: Value): void {
  const bad = Array.isArray(id) ? "array" : id instanceof BSONRegExp ? "regex" : null;
  if (bad) throw new DatabaseError("InvalidIdField", `The '_id' value cannot be of type ${bad}`);
  if (!isDoc(id) || ![...id.keys()].some((name) => name.startsWith("$"))) return;
  throw new DatabaseError("DollarPrefixedFieldName", "_id fields may not contain '$'-prefixed fields");
}

/** New bytes for what is stored now (undefined: nothing); null deletes it, undefined leaves it alone. */
type Decide = (stored: Buffer | undefined) => Buffer | null | undefined;

/** Locks one document and changes it; null when it was left alone. */
async function changeOne(
  operation: Operation,
  { collection, key }: { collection: Collection; key: string },
  decide: Decide,
) {
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

/** Stages one insert; returns what is stored. Throws DuplicateKey (11000), or WriteConflict inside a transaction. */
export async function insertOne(operation: Operation, collection: Collection, given: Buffer) {
  const { id, bytes } = prepare(given);
  await changeOne(operation, { collection, key: documentKey(collection, id) }, (stored) => {
    if (stored) throw duplicateId(collection, id);
    return bytes;
  });
  return { id, bytes };
}

/** Of the documents that a change found, so much is held as they were; of those after them only a digest. */
const MAX_HELD_BYTES = 32 * 1024 * 1024;

const digestOf = (bytes: Buffer): Buffer => createHash("sha1").update(bytes).digest();

/** Finds all matches before the first is changed, so that none is met twice. */
async function findAll(operation: Operation, spec: FindSpec): Promise<{ key: string; seen: Buffer }[]> {
  const found: { key: string; seen: Buffer }[] = [];
  let held = 0;
  const take = ({ key, doc: { bytes } }: Row) => {
    held += bytes.length;
    found.push({ key, seen: held > MAX_HELD_BYTES ? digestOf(bytes) : bytes });
  };
  await pull<Row>(findRows(spec, operation.view()).rows, take, operation.deadline);
  return found;
}

/** What became of the documents that a change concerned: how many, and the last of them. */
export interface Changed {
  matched: number;
  modified: number;
  before: Buffer | null;
  after: Buffer | null;
}

/**
 * Gives the first (or every) match new bytes, or deletes it for null. One that no longer matches once it is locked is
 * left alone.
 */
export async function changeMatches(
  operation: Operation,
  spec: FindSpec,
  rewrite: (before: Buffer) => Buffer | null,
): Promise<Changed> {
  const { collection, filter, limit } = spec;
  const done: Changed = { matched: 0, modified: 0, before: null, after: null };
  for (;;) {
    const found = await findAll(operation, spec);
    for (const { key, seen } of found) {
      checkDeadline(operation.deadline);
      const change = await changeOne(operation, { collection, key }, (stored) => {
        if (!stored) return undefined;
        const same = seen.equals(stored) || seen.equals(digestOf(stored));
        return same || filter.matches(new RawDoc(stored)) ? rewrite(stored) : undefined;
      });
      if (change) {
        done.matched++;
        done.modified += Number(change.modified);
        done.before = change.before;
        done.after = change.after;
      }
      await operation.relieve();
    }
    if (limit !== 1 || done.matched === found.length) return done;
  }
}
