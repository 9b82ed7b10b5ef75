import { setImmediate as otherTurn, setTimeout as wait } from "node:timers/promises";
import { decodeDoc } from "../bson/decode.ts";
import { checkDeadline, waitUntil } from "../deadline.ts";
import type { Catalog, Collection, Index } from "./catalog.ts";
import { duplicateKey, entryValue, idPart, noteKeys, prefixOf, rangeOf } from "./documents.ts";
import { keysOf } from "./index-keys.ts";
import type { Engine } from "./transactions.ts";
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
  const done = (async () => {
    while (collection.writers > 0) {
      checkDeadline(deadline);
      await wait(2);
    }
    return action();
  })();
  const free = (): void => {
    collection.exclusive = null;
  };
  collection.exclusive = done.then(free, free);
  return done;
}

/**
 * Fills new indexes from the documents and adds them to the catalog: all, or none where the documents break the uniqueness
 * of one (DuplicateKey); what was written until then is swept away. The caller holds the collection.
 */
export async function buildIndexes(engine: Engine, collection: Collection, indexes: Index[]): Promise<void> {
  const { store, catalog } = engine;
  const view = new View(store);
  const taken = new Set<string>();
  let set = new WriteSet();
  let documents = 0;
  try {
    for (const { key, value } of view.range(rangeOf("docs", collection.id))) {
      const [doc, id] = [decodeDoc(value), idPart(keyText(key))];
      for (const index of indexes) {
        const found = keysOf(doc, index);
        noteKeys(index, found);
        if (found.keys.some((one) => taken.has(one))) throw duplicateKey(collection, index, doc);
        for (const one of found.keys) {
          if (index.unique) taken.add(one);
          set.put("entries", one + id, entryValue(id));
        }
      }
      if (++documents % CHUNK > 0) continue;
      await store.commit(set);
      set = new WriteSet();
      await otherTurn();
    }
    await store.commit(set);
  } catch (error) {
    for (const { id } of indexes) await sweepRange(store, "entries", id);
    throw error;
  } finally {
    view.close();
  }
  for (const index of indexes) index.since = store.version;
  collection.indexes.push(...indexes);
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
  // Another drop was faster: its name may mean a new collection by now.
  if (collection.dropped) return;
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
  const known = new Set(collections.flatMap(({ id, indexes }) => [id, ...indexes.map((index) => index.id)]));
  const orphans: { space: "docs" | "entries"; id: number }[] = [];
  const snapshot = store.snapshot();
  for (const space of ["docs", "entries"] as const) {
    const rest = { ...rangeOf(space, 0), high: Buffer.alloc(4, 255) };
    for (let [key] = store.keys(rest, 1, snapshot); key; [key] = store.keys(rest, 1, snapshot)) {
      const id = key.readUInt32BE(0);
      catalog.reserve(id);
      if (!known.has(id)) orphans.push({ space, id });
      rest.low = prefixOf(id + 1);
    }
  }
  store.release(snapshot);
  return async () => {
    for (const { space, id } of orphans) await sweepRange(store, space, id);
  };
}
