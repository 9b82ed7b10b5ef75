import { randomUUID } from "node:crypto";
import { decodeDoc } from "../bson/decode.ts";
import { encodeDoc } from "../bson/encode.ts";
import { headOf, splitPath } from "../bson/path.ts";
import { Binary, type Doc, docOf, int, isDoc, isTruthy, toNumber, type Value } from "../bson/values.ts";
import { DatabaseError } from "../errors.ts";
import type { Filter } from "../matcher/filter.ts";
import { prefixOf } from "./documents.ts";
import type { Store } from "./store.ts";
import { View } from "./view.ts";
import { keyText, WriteSet } from "./write-set.ts";

export interface Index {
  id: number;
  /** What the keys of its entries begin with: the id, as text. */
  prefix: string;
  name: string;
  /** As the client gave it: `{ name: 1, age: -1 }`. */
  key: Doc;
  paths: readonly (readonly string[])[];
  fields: readonly string[];
  descending: readonly boolean[];
  unique: boolean;
  sparse: boolean;
  filter: Filter | null;
  /** Top-level fields that decide the keys of a document; null when the filter may look at any. */
  heads: readonly string[] | null;
  expireAfterSeconds: number | null;
  /** Some document has several keys here. Stays true. */
  readonly multikey: boolean;
  /** Fields in which some document had an array: these can never give an order. Only grows. */
  arrays: Set<string>;
  /** Some key was too long for LMDB: order and equality are approximate. Stays true. */
  cut: boolean;
  /** Version of the store (`Snapshot.version`) that has its entries first; an older snapshot lacks them. */
  since: number;
  /** All options as given, for listIndexes. */
  spec: Doc;
}

export class Collection {
  readonly id: number;
  /** What the keys of its documents begin with: the id, as text. */
  readonly prefix: string;
  readonly namespace: string;
  readonly uuid: Binary;
  indexes: Index[] = [];
  count = 0;
  bytes = 0;
  /** False until a write that needs the collection is durable: an aborted transaction leaves nothing. */
  persisted = false;
  /** Its record in the store, or on the way there, says it all. */
  recorded = false;
  /** Operations that are writing here; index builds and drops wait for zero. */
  writers = 0;
  /** Set while an index build or a drop has the collection to itself. */
  exclusive: Promise<void> | null = null;
  dropped = false;

  constructor(id: number, namespace: string, uuid: Binary) {
    this.id = id;
    this.prefix = keyText(prefixOf(id));
    this.namespace = namespace;
    this.uuid = uuid;
  }

  /** Throws Interrupted (11601) once it was dropped. */
  checkKept(): void {
    if (this.dropped) throw new DatabaseError("Interrupted", `collection ${this.namespace} was dropped`);
  }
}

export type CompilePartial = (filter: Doc) => Filter;

const CATALOG = "c:";
const COUNTS = "n:";
const NEXT_ID = "next-id";

/** Collections and indexes: in memory, with a record of each in the store. */
export class Catalog {
  readonly collections = new Map<string, Collection>();
  readonly #store: Store;
  readonly #compile: CompilePartial;
  #nextId: number;

  constructor(store: Store, compile: CompilePartial) {
    this.#store = store;
    this.#compile = compile;
    this.#nextId = store.get("meta", NEXT_ID)?.readUInt32BE(0) ?? 1;
    const [low, high] = [Buffer.from(CATALOG), Buffer.from("c;")];
    const view = new View(store);
    for (const { value } of view.range({ space: "meta", low, high, reverse: false }))
      this.#restore(decodeDoc(value), view);
    view.close();
  }

  #restore(record: Doc, view: View): void {
    const [id, namespace, uuid] = ["id", "ns", "uuid"].map((name) => record.get(name));
    const collection = new Collection(toNumber(id), namespace as string, uuid as Binary);
    collection.persisted = true;
    collection.recorded = true;
    collection.indexes = (record.get("indexes") as Doc[]).map((index) => this.#indexOf(index));
    const counts = view.get("meta", countsKey(collection));
    collection.count = counts?.readDoubleBE(0) ?? 0;
    collection.bytes = counts?.readDoubleBE(8) ?? 0;
    this.collections.set(collection.namespace, collection);
  }

  /** A new index of these options, without entries and not in the store yet. */
  newIndex(spec: Doc): Index {
    return this.#indexOf(docOf({ id: int(this.takeId()), arrays: [], cut: false, spec }));
  }

  /** Index object of a catalog record. */
  #indexOf(record: Doc): Index {
    const id = toNumber(record.get("id"));
    const spec = record.get("spec") as Doc;
    const key = spec.get("key") as Doc;
    const fields = [...key.keys()];
    const partial = spec.get("partialFilterExpression");
    const filter = isDoc(partial) ? this.#compile(partial) : null;
    const expiry = spec.get("expireAfterSeconds");
    // A record from before `arrays` was kept does not say which fields: it may be any.
    const arrays = new Set((record.get("arrays") as string[] | undefined) ?? fields);
    return {
      id,
      prefix: keyText(prefixOf(id)),
      name: spec.get("name") as string,
      key,
      fields,
      paths: fields.map(splitPath),
      descending: [...key.values()].map((direction) => toNumber(direction) < 0),
      unique: isTruthy(spec.get("unique")),
      sparse: isTruthy(spec.get("sparse")),
      filter,
      heads: filter?.fields === null ? null : [...fields.map(headOf), ...(filter?.fields ?? [])],
      expireAfterSeconds: expiry === undefined ? null : toNumber(expiry),
      get multikey() {
        return arrays.size > 0;
      },
      arrays,
      cut: isTruthy(record.get("cut")),
      since: 0,
      spec,
    };
  }

  /** The collection, made in memory where absent; it becomes durable with its first write. */
  ensure(namespace: string): Collection {
    const known = this.collections.get(namespace);
    if (known) return known;
    checkNamespace(namespace);
    const uuid = new Binary(Buffer.from(randomUUID().replaceAll("-", ""), "hex"), 4);
    const collection = new Collection(this.takeId(), namespace, uuid);
    this.collections.set(namespace, collection);
    return collection;
  }

  /** Throws DatabaseDifferCase (13297) where a collection would make a database that has the name of another but for case. */
  checkCase({ namespace }: Collection): void {
    const nameOf = (of: string): string => of.split(".", 1)[0] as string;
    const name = nameOf(namespace);
    for (const { namespace: other, persisted } of this.collections.values()) {
      const there = nameOf(other);
      if (persisted && there !== name && there.toLowerCase() === name.toLowerCase())
        throw new DatabaseError(13297, `db already exists with different case already have: [${there}]`);
    }
  }

  /** Never hands out this id again: a crash may have left entries under it. */
  reserve(id: number): void {
    this.#nextId = Math.max(this.#nextId, id + 1);
  }

  takeId(): number {
    return this.#nextId++;
  }

  /** Makes a set durable with what it changes in the catalog: records of collections, and their sizes in commit order. */
  async commit(set: WriteSet): Promise<void> {
    const changed = [...set.catalogChanges].filter(({ dropped }) => !dropped);
    for (const collection of changed) this.#stage(collection, set);
    for (const [collection, { count, bytes }] of set.growth) {
      if (collection.dropped || (count === 0 && bytes === 0)) continue;
      collection.count += count;
      collection.bytes += bytes;
      const counts = Buffer.alloc(16);
      counts.writeDoubleBE(collection.count, 0);
      counts.writeDoubleBE(collection.bytes, 8);
      set.put("meta", countsKey(collection), counts);
    }
    try {
      await this.#store.commit(set);
    } catch (error) {
      for (const [collection, { count, bytes }] of set.growth) {
        collection.count -= count;
        collection.bytes -= bytes;
      }
      throw error;
    }
    for (const collection of changed) collection.persisted = true;
  }

  /** Adds a collection's record (and the id counter) to a write set. */
  #stage(collection: Collection, set: WriteSet): void {
    const { id, namespace, uuid, indexes } = collection;
    collection.recorded = true;
    const records = indexes.map(({ id, arrays, cut, spec }) =>
      docOf({ id: int(id), arrays: [...arrays], cut, spec }),
    );
    const record = docOf({ ns: namespace, id: int(id), uuid, indexes: records });
    set.put("meta", catalogKey(namespace), encodeDoc(record));
    set.put("meta", NEXT_ID, prefixOf(this.#nextId));
  }

  /** Makes a collection's record durable as it stands. */
  async save(collection: Collection): Promise<void> {
    collection.checkKept();
    if (!collection.persisted) this.checkCase(collection);
    const set = new WriteSet();
    set.catalogChanges.add(collection);
    await this.commit(set);
  }

  /** Takes a collection out, durably; its documents are swept afterwards. */
  async drop(collection: Collection): Promise<void> {
    const set = new WriteSet();
    set.put("meta", catalogKey(collection.namespace), null);
    set.put("meta", countsKey(collection), null);
    await this.#store.commit(set);
    collection.dropped = true;
    this.collections.delete(collection.namespace);
  }
}

const catalogKey = (namespace: string): string => keyText(Buffer.from(`${CATALOG}${namespace}`));
const countsKey = ({ prefix }: Collection): string => COUNTS + prefix;

/** Database, without characters that MongoDB keeps out of its name, and collection. */
const NAMESPACE = /^[^/\\. "$*<>:|?\0]+\.(?!\.|system\.)[^$\0]+$/;

function checkNamespace(namespace: string): void {
  if (!NAMESPACE.test(namespace) || Buffer.byteLength(namespace) > 255)
    throw new DatabaseError("InvalidNamespace", `Invalid namespace specified '${namespace}'`);
}

/** `listIndexes` form of the index that every collection has. */
export const ID_INDEX: Doc = docOf({ v: int(2), key: docOf({ _id: int(1) }), name: "_id_" });

/** `listIndexes` form of another index. */
export function describeIndex(index: Index): Doc {
  return new Map<string, Value>([["v", int(2)], ...index.spec]);
}
