import { decodeFields, validateNested, walkElements } from "../bson/decode.ts";
import { MAX_DOCUMENT_BYTES, tooLarge } from "../bson/encode.ts";
import { ObjectId, RawDoc, type Value } from "../bson/values.ts";
import { checkDeadline } from "../deadline.ts";
import { DatabaseError } from "../errors.ts";
import type { Filter } from "../matcher/filter.ts";
import { findRows, type FindSpec } from "../query/find.ts";
import { pull } from "../query/stream.ts";
import type { Row } from "../query/scan.ts";
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
  let first = true;
  let place: { start: number; end: number; first: boolean } | null = null;
  walkElements(bytes, 0, ({ name, type, start, valueAt, end }) => {
    if (type === 3 || type === 4) validateNested(bytes, valueAt);
    if (name === "_id" && !place) place = { start, end, first };
    first = false;
  });
  const doc = decodeFields(bytes, ID);
  if (!place) return withNewId(bytes);
  const id = doc.get("_id") as Value;
  checkId(id);
  const at: { start: number; end: number; first: boolean } = place;
  if (at.first) return { id, bytes };
  const parts = [
    bytes.subarray(0, 4),
    bytes.subarray(at.start, at.end),
    bytes.subarray(4, at.start),
    bytes.subarray(at.end),
  ];
  return { id, bytes: Buffer.concat(parts) };
}

const ID = new Set(["_id"]);

function withNewId(bytes: Buffer): Insertable {
  const id = new ObjectId();
  const element = Buffer.concat([Buffer.from([7, 95, 105, 100, 0]), id.id]);
  const whole = Buffer.concat([bytes.subarray(0, 4), element, bytes.subarray(4)]);
  whole.writeInt32LE(whole.length, 0);
  return { id, bytes: whole };
}

export function checkId(id: Value): void {
  const bad = Array.isArray(id)
    ? "array"
    : id !== null && typeof id === "object" && id.constructor.name === "BSONRegExp"
      ? "regex"
      : null;
  if (bad) throw new DatabaseError("InvalidIdField", `The '_id' value cannot be of type ${bad}`);
  if (id instanceof Map) {
    for (const name of id.keys()) {
      if (name.startsWith("$"))
        throw new DatabaseError(
          "DollarPrefixedFieldName",
          `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`,
        );
    }
  }
}

/** Stages one insert. Throws DuplicateKey (11000), or WriteConflict inside a transaction. */
export async function insertOne(
  operation: Operation,
  collection: Collection,
  { id, bytes }: Insertable,
): Promise<void> {
  const key = documentKey(collection, id);
  for (;;) {
    await operation.enter(collection);
    const locked = operation.tryLock([`d${key}`]);
    if (locked !== true) {
      await locked;
      continue;
    }
    if (operation.latest("docs", key)) throw duplicateId(collection, id);
    if (await stageChange(operation, collection, { key, before: null, after: bytes })) return;
  }
}

/** What became of one candidate of an update or delete. */
export type Outcome = { kind: "gone" } | { kind: "same" | "changed"; before: Buffer; after: Buffer | null };

/** Computes the new bytes of a document; null deletes it. */
export type Rewrite = (before: Buffer) => Buffer | null;

export interface OneWrite {
  collection: Collection;
  filter: Filter;
  rewrite: Rewrite;
}

/** Changes one found document if, once locked, it still matches. */
export async function changeOne(
  operation: Operation,
  { collection, filter, rewrite }: OneWrite,
  row: Row,
): Promise<Outcome> {
  for (;;) {
    await operation.enter(collection);
    const locked = operation.tryLock([`d${row.key}`]);
    if (locked !== true) {
      await locked;
      continue;
    }
    const before = operation.latest("docs", row.key);
    if (!before) return { kind: "gone" };
    if (!before.equals(row.doc.bytes) && !filter.matches(new RawDoc(before))) {
      return { kind: "gone" };
    }
    const after = rewrite(before);
    if (after?.equals(before)) return { kind: "same", before, after };
    if (await stageChange(operation, collection, { key: row.key, before, after }))
      return { kind: "changed", before, after };
  }
}

/** The rows that a write concerns: all keys are read before the first change, so no row is met twice. */
export async function candidates(operation: Operation, spec: FindSpec): Promise<Row[]> {
  const { rows } = findRows(spec, operation.view());
  const enough = (list: Row[]) => spec.limit > 0 && list.length >= spec.limit;
  const found = await pull<Row>(rows, enough, operation.deadline);
  rows.return();
  return found.rows;
}

/** Applies a rewrite to the first (or every) match; `each` hears of what was matched. */
export async function changeMatches(
  operation: Operation,
  spec: FindSpec,
  { rewrite, each }: { rewrite: Rewrite; each: (outcome: Exclude<Outcome, { kind: "gone" }>) => void },
): Promise<void> {
  const write: OneWrite = { collection: spec.collection, filter: spec.filter, rewrite };
  const single = spec.limit === 1;
  for (let again = true; again; ) {
    again = false;
    for (const row of await candidates(operation, spec)) {
      checkDeadline(operation.deadline);
      const outcome = await changeOne(operation, write, row);
      if (outcome.kind !== "gone") each(outcome);
      else again ||= single;
      await operation.relieve();
    }
  }
}
