import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { deserialize, EJSON } from "bson";
import { encodeDoc } from "../bson/encode.ts";
import { docOf } from "../bson/values.ts";
import { type Collection, describeIndex, ID_INDEX } from "../storage/catalog.ts";
import { rangeOf } from "../storage/documents.ts";
import type { View } from "../storage/view.ts";
import { withDatabase } from "./files.ts";

/**
 * Writes what `mongorestore` reads: for each collection `<database>/<name>.bson` with its documents and
 * `<name>.metadata.json` with its indexes. One snapshot; writers go on meanwhile. Returns documents by namespace.
 */
export function exportDatabase(dataDir: string, target: string): Promise<Map<string, number>> {
  return withDatabase(dataDir, async ({ catalog, view }) => {
    const written = new Map<string, number>();
    for (const collection of catalog.collections.values())
      written.set(collection.namespace, await exportCollection(collection, view, target));
    return written;
  });
}

async function exportCollection(collection: Collection, view: View, target: string): Promise<number> {
  const [database = "", ...names] = collection.namespace.split(".");
  const folder = path.join(target, database);
  const file = path.join(folder, encodeURIComponent(names.join(".")));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.metadata.json`, metadataOf(collection));
  let count = 0;
  function* documents(): Generator<Buffer> {
    for (const { value } of view.range(rangeOf("docs", collection.id))) {
      count++;
      yield value;
    }
  }
  await pipeline(Readable.from(documents()), createWriteStream(`${file}.bson`, { mode: 0o600 }));
  return count;
}

function metadataOf({ indexes, uuid }: Collection): string {
  const metadata = docOf({
    indexes: [ID_INDEX, ...indexes.map(describeIndex)],
    options: new Map(),
    uuid: uuid.toString("hex"),
    type: "collection",
  });
  return EJSON.stringify(deserialize(encodeDoc(metadata), { promoteValues: false }), { relaxed: false });
}
