import { setImmediate as otherTurn } from "node:timers/promises";
import { decodeDoc } from "../bson/decode.ts";
import { checkDeadline, waitUntil } from "../deadline.ts";
import type { Catalog, Collection, Index } from "./catalog.ts";
import { duplicateKey, entryValue, idPart, noteKeys, rangeOf } from "./documents.ts";
import { keysOf } from "./index-keys.ts";
import type { Engine } from "./operation.ts";
import type { Store } from "./store.ts";
import { View } from "./view.ts";
import { keyText, WriteSet } from "./write-set.ts";

const CHUNK = 1000;

/**
 * Has a collection to itself: new writers wait, and the action starts when the last one has finished.
 * Throws MaxTimeMSExpired (50) when that has not happened by the deadline (epoch milliseconds; 0 for never).
 */
export async function exclusively<T>(
  collection: Collection,
  deadline: number,
  action: () => Promise<T>,
): Promise<T> {
  while (collection.exclusive) await waitUntil(collection.exclusive, deadline);
  let free = (): void => {};
  collection.exclusive = new Promise((resolve) => {
    free = resolve;
  });
  try {
    while (collection.writers > 0) {
      checkDeadline(deadline);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return await action();
  } finally {
    collection.exclusive = null;
    free();
  }
}

/**
 * Fills a new index from the documents and adds it to the catalog. Throws DuplicateKey when the documents
 * break its uniqueness; what was written until then is swept away. The caller holds the collection.
 */
export async function buildIndex(engine: Engine, collection: Collection, index: Index): Promise<void> {
  const { store, catalog } = engine;
  const view = new View(store);
  const seen = index.unique ? new Set<string>() : null;
  let set = new WriteSet();
  let documents = 0;
  try {
    for (const { key, value } of view.range(rangeOf("docs", collection.id))) {
      const doc = decodeDoc(value);
      const id = idPart(keyText(key));
      const found = keysOf(doc, index);
      noteKeys(index, found);
      for (const one of found.keys) {
        if (seen?.has(one)) throw duplicateKey(collection, index, doc);
        seen?.add(one);
        set.put("entries", one + id, entryValue(id));
      }
      if (++documents % CHUNK > 0) continue;
      await store.commit(set);
      set = new WriteSet();
      await otherTurn();
    }
    await store.commit(set);
  } catch (error) {
    await sweepRange(store, "entries", index.id);
    throw error;
  } finally {
    view.close();
  }
  collection.indexes.push(index);
  await catalog.save(collection);
}

/** Deletes everything under an id, in steps. */
export async function sweepRange(store: Store, space: "docs" | "entries", id: number): Promise<void> {
  for (;;) {
    const snapshot = store.snapshot();
    const keys = store.keys(rangeOf(space, id), CHUNK, snapshot);
    store.release(snapshot);
    if (keys.length === 0) return;
    const set = new WriteSet();
    for (const key of keys) set.put(space, keyText(key), null);
    await store.commit(set);
  }
}

/** Removes a collection: gone from the catalog at once, its documents and entries right after. */
export async function dropCollection({ store, catalog }: Engine, collection: Collection): Promise<void> {
  await catalog.drop(collection);
  await sweepRange(store, "docs", collection.id);
  for (const index of collection.indexes) await sweepRange(store, "entries", index.id);
}

/**
 * Finds what a crash left behind (documents and entries whose collection or index is not in the catalog) and
 * returns how to delete it. Finding happens at once, before anyone can write, so nothing new is mistaken for it.
 */
export function findOrphans(store: Store, catalog: Catalog): () => Promise<void> {
  const collections = [...catalog.collections.values()];
  const known = {
    docs: new Set(collections.map(({ id }) => id)),
    entries: new Set(collections.flatMap(({ indexes }) => indexes.map(({ id }) => id))),
  };
  const orphans = (["docs", "entries"] as const).flatMap((space) => {
    const ids = idsIn(store, space);
    for (const id of ids) catalog.reserve(id);
    return ids.filter((id) => !known[space].has(id)).map((id) => ({ space, id }));
  });
  return async () => {
    for (const { space, id } of orphans) await sweepRange(store, space, id);
  };
}

function idsIn(store: Store, space: "docs" | "entries"): number[] {
  const snapshot = store.snapshot();
  const high = Buffer.alloc(8, 255);
  const ids: number[] = [];
  for (let next = 0; ; ) {
    const [key] = store.keys({ ...rangeOf(space, next), high }, 1, snapshot);
    if (!key) break;
    const id = key.readUInt32BE(0);
    ids.push(id);
    next = id + 1;
  }
  store.release(snapshot);
  return ids;
}
