import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { deserialize, EJSON } from "bson";
import { encodeDoc } from "../bson/encode.ts";
import { docOf, int } from "../bson/values.ts";
import { type Collection, describeIndex } from "../storage/catalog.ts";
import type { Snapshot } from "../storage/lmdb-file.ts";
import type { Store } from "../storage/store.ts";
import { withDatabase } from "./files.ts";
import { entriesOf, rangeOf } from "./verify.ts";

const ID_INDEX = docOf({ v: int(2), key: docOf({ _id: int(1) }), name: "_id_" });

/**
 * Writes what `mongorestore` reads: for each collection `<database>/<name>.bson` with its documents and
 * `<name>.metadata.json` with its indexes. One snapshot; writers go on meanwhile. Returns documents by namespace.
 */
export function exportDatabase(dataDir: string, target: string): Promise<Map<string, number>> {
  return withDatabase(dataDir, async ({ store, catalog }) => {
    const snapshot = store.snapshot();
    const written = new Map<string, number>();
    try {
      for (const collection of catalog.collections.values()) {
        written.set(collection.namespace, await exportCollection(store, collection, { snapshot, target }));
      }
    } finally {
      store.release(snapshot);
    }
    return written;
  });
}

interface Place {
  snapshot: Snapshot;
  target: string;
}

async function exportCollection(
  store: Store,
  collection: Collection,
  { snapshot, target }: Place,
): Promise<number> {
  const dot = collection.namespace.indexOf(".");
  const folder = path.join(target, collection.namespace.slice(0, dot));
  const name = encodeURIComponent(collection.namespace.slice(dot + 1));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const indexes = [ID_INDEX, ...collection.indexes.map(describeIndex)];
  const metadata = docOf({
    indexes,
    options: new Map(),
    uuid: collection.uuid.toString("hex"),
    type: "collection",
  });
  const json = EJSON.stringify(deserialize(encodeDoc(metadata), { promoteValues: false }), {
    relaxed: false,
  });
  writeFileSync(path.join(folder, `${name}.metadata.json`), json);
  let count = 0;
  function* documents(): Generator<Buffer> {
    for (const { value } of entriesOf(store, rangeOf("docs", collection.id), snapshot)) {
      count++;
      yield value;
    }
  }
  await pipeline(
    Readable.from(documents()),
    createWriteStream(path.join(folder, `${name}.bson`), { mode: 0o600 }),
  );
  return count;
}
