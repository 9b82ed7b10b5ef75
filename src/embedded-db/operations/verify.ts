import { decodeDoc } from "../bson/decode.ts";
import { encodeId } from "../bson/key.ts";
import type { Value } from "../bson/values.ts";
import type { Collection } from "../storage/catalog.ts";
import { prefixOf } from "../storage/documents.ts";
import { keysOf } from "../storage/index-keys.ts";
import type { Snapshot } from "../storage/lmdb-file.ts";
import type { Range, Store } from "../storage/store.ts";
import { after } from "../storage/view.ts";
import { withDatabase } from "./files.ts";

/** What `verify` found in one collection. */
export interface CollectionReport {
  namespace: string;
  documents: number;
  indexEntries: number;
  /** One sentence for each disagreement, at most 100; empty when all is well. */
  problems: string[];
}

const CHUNK = 500;
const MAX_PROBLEMS = 100;

/** Compares every index with the documents, and the counters with both. Reads one snapshot; changes nothing. */
export function verify(dataDir: string): Promise<CollectionReport[]> {
  return withDatabase(dataDir, async ({ store, catalog }) => {
    const snapshot = store.snapshot();
    try {
      return [...catalog.collections.values()].map((collection) =>
        verifyCollection(store, collection, snapshot),
      );
    } finally {
      store.release(snapshot);
    }
  });
}

/** As `verify`, of one collection of an open store. */
export function verifyCollection(store: Store, collection: Collection, snapshot: Snapshot): CollectionReport {
  const report: CollectionReport = {
    namespace: collection.namespace,
    documents: 0,
    indexEntries: 0,
    problems: [],
  };
  const problem = (text: string): void => {
    if (report.problems.length < MAX_PROBLEMS) report.problems.push(text);
  };
  const expected = new Map(collection.indexes.map((index) => [index, 0]));
  for (const { key, value } of entriesOf(store, rangeOf("docs", collection.id), snapshot)) {
    report.documents++;
    const doc = decodeDoc(value);
    const id = key.subarray(4);
    if (!encodeId(doc.get("_id") as Value).equals(id))
      problem(`a document is stored under another key than its _id`);
    for (const index of collection.indexes) {
      const { keys } = keysOf(doc, index);
      expected.set(index, (expected.get(index) ?? 0) + keys.length);
      for (const one of keys) {
        const entry = Buffer.concat([prefixOf(index.id), one.bytes, id]);
        if (!store.get("entries", entry, snapshot))
          problem(`index ${index.name} lacks an entry of _id ${String(doc.get("_id"))}`);
      }
    }
  }
  for (const [index, count] of expected) {
    const found = store.countKeys(rangeOf("entries", index.id), snapshot);
    report.indexEntries += found;
    if (found !== count) problem(`index ${index.name} holds ${found} entries, its documents make ${count}`);
  }
  if (collection.count !== report.documents) {
    problem(`the counter says ${collection.count} documents, there are ${report.documents}`);
  }
  return report;
}

export function rangeOf(space: "docs" | "entries", id: number): Range {
  return { space, low: prefixOf(id), high: prefixOf(id + 1), reverse: false };
}

/** All entries of a range, a chunk at a time. */
export function* entriesOf(
  store: Store,
  whole: Range,
  snapshot: Snapshot,
): Generator<{ key: Buffer; value: Buffer }> {
  let range = whole;
  for (;;) {
    const chunk = store.read(range, CHUNK, snapshot);
    yield* chunk;
    const last = chunk.at(-1);
    if (!last || chunk.length < CHUNK) return;
    range = after(range, last.key);
  }
}
