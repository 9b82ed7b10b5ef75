import { randomUUID } from "node:crypto";
import { decodeDoc } from "../bson/decode.ts";
import { encodeDoc } from "../bson/encode.ts";
import { splitPath } from "../bson/path.ts";
import { Binary, type Doc, docOf, int, isDoc, isTruthy, toNumber, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import type { Filter } from "../matcher/filter.ts";
import type { Snapshot } from "./lmdb-file.ts";
import type { Store } from "./store.ts";
import { keyText, WriteSet } from "./write-set.ts";

export interface Index {
  id: number;
  name: string;
  /** As the client gave it: `{ name: 1, age: -1 }`. */
  key: Doc;
  paths: readonly (readonly string[])[];
  fields: readonly string[];
  descending: readonly boolean[];
  unique: boolean;
  sparse: boolean;
  filter: Filter | null;
  expireAfterSeconds: number | null;
  /** Some document has several keys here. Stays true. */
  multikey: boolean;
  /** Fields in which some document had an array: these can never give an order. Only grows. */
  arrays: Set<string>;
  /** Some key was too long for LMDB: order and equality are approximate. Stays true. */
  cut: boolean;
  /** All options as given, for listIndexes. */
  spec: Doc;
}

export interface Collection {
  id: number;
  namespace: string;
  uuid: Binary;
  indexes: Index[];
  count: number;
  bytes: number;
  /** False until a write that needs the collection is durable: an aborted transaction leaves nothing. */
  persisted: boolean;
  /** Operations that are writing here; index builds and drops wait for zero. */
  writers: number;
  /** Set while an index build or a drop has the collection to itself. */
  exclusive: Promise<void> | null;
  dropped: boolean;
}

export type CompilePartial = (filter: Doc) => Filter;

const CATALOG = "c:";
const COUNTS = "n:";
const NEXT_ID = "next-id";

/** Collections and indexes: in memory, with a record of each in the store. */
export class Catalog {
  readonly collections = new Map<string, Collection>();
  readonly #byId = new Map<number, Collection>();
  readonly #store: Store;
  readonly #compile: CompilePartial;
  #nextId = 1;

  /** Reads what the store has, or had in a snapshot. */
  constructor(store: Store, compile: CompilePartial, snapshot?: Snapshot) {
    this.#store = store;
    this.#compile = compile;
    const seen = snapshot ?? store.snapshot();
    this.#load(seen);
    if (!snapshot) store.release(seen);
  }

  #load(snapshot: Snapshot): void {
    const next = this.#store.get("meta", Buffer.from(NEXT_ID), snapshot);
    if (next) this.#nextId = next.readUInt32BE(0);
    const range = {
      space: "meta" as const,
      low: Buffer.from(CATALOG),
      high: Buffer.from("c;"),
      reverse: false,
    };
    for (const { value } of this.#store.read(range, 1_000_000, snapshot))
      this.#restore(decodeDoc(value), snapshot);
  }

  #restore(record: Doc, snapshot: Snapshot): void {
    const collection = newCollection(
      record.get("ns") as string,
      toNumber(record.get("id")),
      record.get("uuid") as Binary,
    );
    collection.persisted = true;
    collection.indexes = (record.get("indexes") as Doc[]).map((index) => this.indexOf(index));
    const counts = this.#store.get("meta", countsKey(collection.id), snapshot);
    collection.count = counts ? counts.readDoubleBE(0) : 0;
    collection.bytes = counts ? counts.readDoubleBE(8) : 0;
    this.#add(collection);
  }

  #add(collection: Collection): void {
    this.collections.set(collection.namespace, collection);
    this.#byId.set(collection.id, collection);
  }

  /** Forgets a dropped collection. */
  remove(collection: Collection): void {
    this.collections.delete(collection.namespace);
    this.#byId.delete(collection.id);
  }

  /** Index object of a catalog record `{ id, multikey, arrays, cut, spec }`. */
  indexOf(record: Doc): Index {
    const spec = record.get("spec") as Doc;
    const key = spec.get("key") as Doc;
    const partial = spec.get("partialFilterExpression");
    const expiry = spec.get("expireAfterSeconds");
    const multikey = isTruthy(record.get("multikey"));
    const arrays = record.get("arrays");
    return {
      id: toNumber(record.get("id")),
      name: spec.get("name") as string,
      key,
      fields: [...key.keys()],
      paths: [...key.keys()].map(splitPath),
      descending: [...key.values()].map((direction) => toNumber(direction) < 0),
      unique: isTruthy(spec.get("unique")),
      sparse: isTruthy(spec.get("sparse")),
      filter: isDoc(partial) ? this.#compile(partial) : null,
      expireAfterSeconds: expiry === undefined ? null : toNumber(expiry),
      multikey,
      // A record from before `arrays` was kept does not say which fields: it may be any.
      arrays: new Set(Array.isArray(arrays) ? (arrays as string[]) : multikey ? key.keys() : []),
      cut: isTruthy(record.get("cut")),
      spec,
    };
  }

  find(namespace: string): Collection | undefined {
    const collection = this.collections.get(namespace);
    return collection?.persisted ? collection : undefined;
  }

  /** The collection, made in memory where absent; it becomes durable with its first write. */
  ensure(namespace: string): Collection {
    const known = this.collections.get(namespace);
    if (known) return known;
    checkNamespace(namespace);
    const uuid = new Binary(Buffer.from(randomUUID().replaceAll("-", ""), "hex"), 4);
    const collection = newCollection(namespace, this.takeId(), uuid);
    this.#add(collection);
    return collection;
  }

  /** Never hands out this id again: a crash may have left entries under it. */
  reserve(id: number): void {
    this.#nextId = Math.max(this.#nextId, id + 1);
  }

  takeId(): number {
    return this.#nextId++;
  }

  /** Adds a collection's record (and the id counter) to a write set. */
  stage(collection: Collection, set: WriteSet): void {
    const indexes = collection.indexes.map((index) =>
      docOf({
        id: int(index.id),
        multikey: index.multikey,
        arrays: [...index.arrays],
        cut: index.cut,
        spec: index.spec,
      }),
    );
    const record = docOf({
      ns: collection.namespace,
      id: int(collection.id),
      uuid: collection.uuid,
      indexes,
    });
    set.put("meta", catalogKey(collection.namespace), encodeDoc(record));
    const next = Buffer.alloc(4);
    next.writeUInt32BE(this.#nextId);
    set.put("meta", NEXT_ID, next);
  }

  /** Takes a collection's record out; its documents are swept afterwards. */
  stageRemoval(collection: Collection, set: WriteSet): void {
    set.put("meta", catalogKey(collection.namespace), null);
    set.put("meta", keyText(countsKey(collection.id)), null);
  }

  /** Adds what the catalog has to record about a write set: changed collections, and their sizes in commit order. */
  stageChanges(set: WriteSet): void {
    for (const id of set.catalogChanges) {
      const collection = this.#byId.get(id);
      if (collection) this.stage(collection, set);
    }
    for (const [id, growth] of set.growth) {
      const collection = this.#byId.get(id);
      if (!collection) continue;
      collection.count += growth.count;
      collection.bytes += growth.bytes;
      const value = Buffer.alloc(16);
      value.writeDoubleBE(collection.count, 0);
      value.writeDoubleBE(collection.bytes, 8);
      set.put("meta", keyText(countsKey(collection.id)), value);
    }
  }

  /** After the commit: what was staged exists now. */
  confirm(set: WriteSet): void {
    for (const id of set.catalogChanges) {
      const collection = this.#byId.get(id);
      if (collection) collection.persisted = true;
    }
  }
}

function newCollection(namespace: string, id: number, uuid: Binary): Collection {
  return {
    id,
    namespace,
    uuid,
    indexes: [],
    count: 0,
    bytes: 0,
    persisted: false,
    writers: 0,
    exclusive: null,
    dropped: false,
  };
}

const catalogKey = (namespace: string): string => Buffer.from(`${CATALOG}${namespace}`, "utf8").latin1Slice();

function countsKey(id: number): Buffer {
  const key = Buffer.alloc(6);
  key.write(COUNTS, "latin1");
  key.writeUInt32BE(id, 2);
  return key;
}

function checkNamespace(namespace: string): void {
  const dot = namespace.indexOf(".");
  const [db, name] = [namespace.slice(0, dot), namespace.slice(dot + 1)];
  const bad =
    name === "" ||
    name.startsWith(".") ||
    name.includes("$") ||
    name.includes("\0") ||
    name.startsWith("system.");
  if (bad || db === "" || /[/\\. "$*<>:|?\0]/.test(db) || Buffer.byteLength(namespace) > 255) {
    throw new DatabaseError("InvalidNamespace", `Invalid namespace specified '${namespace}'`);
  }
}

/** `listIndexes` form of the index that every collection has. */
export const ID_INDEX: Doc = docOf({ v: int(2), key: docOf({ _id: int(1) }), name: "_id_" });

/** `listIndexes` form of another index. */
export function describeIndex(index: Index): Doc {
  const described: Doc = new Map<string, Value>([["v", int(2)], ...index.spec]);
  return described;
}
