import { decodeDoc } from "../bson/decode.ts";
import { checkDeadline, waitUntil } from "../deadline.ts";
import { otherTurn } from "../query/stream.ts";
import type { Catalog, Collection, Index } from "./catalog.ts";
import { duplicateKey, noteArrays, prefixOf } from "./documents.ts";
import { keysOf } from "./index-keys.ts";
import type { Engine } from "./operation.ts";
import type { Range, Store } from "./store.ts";
import { after } from "./view.ts";
import { WriteSet } from "./write-set.ts";

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
  const snapshot = engine.store.snapshot();
  try {
    let range: Range = {
      space: "docs",
      low: prefixOf(collection.id),
      high: prefixOf(collection.id + 1),
      reverse: false,
    };
    const seen = index.unique ? new Set<string>() : null;
    for (;;) {
      const chunk = engine.store.read(range, CHUNK, snapshot);
      const set = new WriteSet();
      for (const { key, value } of chunk)
        addEntries(set, { index, collection, seen }, { id: key.latin1Slice(4), bytes: value });
      await engine.store.commit(set);
      const last = chunk.at(-1);
      if (!last || chunk.length < CHUNK) break;
      range = after(range, last.key);
      await otherTurn();
    }
  } catch (error) {
    await sweepRange(engine.store, "entries", index.id);
    throw error;
  } finally {
    engine.store.release(snapshot);
  }
  collection.indexes.push(index);
  await commitCatalog(engine, collection);
}

interface Building {
  index: Index;
  collection: Collection;
  seen: Set<string> | null;
}

function addEntries(
  set: WriteSet,
  { index, collection, seen }: Building,
  { id, bytes }: { id: string; bytes: Buffer },
): void {
  const { keys, arrays } = keysOf(decodeDoc(bytes), index);
  const prefix = prefixOf(index.id).latin1Slice();
  const size = Buffer.alloc(2);
  size.writeUInt16BE(id.length);
  noteArrays(index, arrays);
  for (const key of keys) {
    const text = prefix + key.bytes.latin1Slice();
    index.cut ||= key.cut;
    if (seen?.has(text)) throw duplicateKey(collection, index, { key: id, before: null, after: bytes });
    seen?.add(text);
    set.put("entries", text + id, size);
  }
}

/** Makes a collection's record durable. */
export async function commitCatalog({ store, catalog }: Engine, collection: Collection): Promise<void> {
  const set = new WriteSet();
  set.catalogChanges.add(collection.id);
  catalog.stageChanges(set);
  await store.commit(set);
  catalog.confirm(set);
}

/** Deletes everything under an id, in steps. */
export async function sweepRange(store: Store, space: "docs" | "entries", id: number): Promise<void> {
  for (;;) {
    const snapshot = store.snapshot();
    const keys = store.keys(
      { space, low: prefixOf(id), high: prefixOf(id + 1), reverse: false },
      2000,
      snapshot,
    );
    store.release(snapshot);
    if (keys.length === 0) return;
    const set = new WriteSet();
    for (const key of keys) set.put(space, key.latin1Slice(), null);
    await store.commit(set);
  }
}

/** Removes a collection: gone from the catalog at once, its documents and entries right after. */
export async function dropCollection(engine: Engine, collection: Collection): Promise<void> {
  const { store, catalog } = engine;
  const set = new WriteSet();
  catalog.stageRemoval(collection, set);
  await store.commit(set);
  collection.dropped = true;
  catalog.remove(collection);
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
  const orphans = (["docs", "entries"] as const).flatMap((space) =>
    idsIn(store, space).map((id) => {
      catalog.reserve(id);
      return { space, id, known: known[space].has(id) };
    }),
  );
  return async () => {
    for (const orphan of orphans) if (!orphan.known) await sweepRange(store, orphan.space, orphan.id);
  };
}

function idsIn(store: Store, space: "docs" | "entries"): number[] {
  const snapshot = store.snapshot();
  const ids: number[] = [];
  for (let low = prefixOf(0); ; ) {
    const [key] = store.keys({ space, low, high: Buffer.alloc(8, 255), reverse: false }, 1, snapshot);
    if (!key) break;
    const id = key.readUInt32BE(0);
    ids.push(id);
    low = prefixOf(id + 1);
  }
  store.release(snapshot);
  return ids;
}
