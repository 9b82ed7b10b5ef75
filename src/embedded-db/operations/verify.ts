import { decodeDoc } from "../bson/decode.ts";
import { encodeId } from "../bson/key.ts";
import type { Value } from "../bson/values.ts";
import type { Collection } from "../storage/catalog.ts";
import { idPart, rangeOf } from "../storage/documents.ts";
import { keysOf } from "../storage/index-keys.ts";
import type { View } from "../storage/view.ts";
import { keyText } from "../storage/write-set.ts";
import { withDatabase } from "./files.ts";

/** What `verify` found in one collection. */
export interface CollectionReport {
  namespace: string;
  documents: number;
  indexEntries: number;
  /** One sentence for each disagreement, at most 100; empty when all is well. */
  problems: string[];
}

const MAX_PROBLEMS = 100;

/** Compares every index with the documents, and the counters with both. Reads one snapshot; changes nothing. */
export function verify(dataDir: string): Promise<CollectionReport[]> {
  return withDatabase(dataDir, ({ catalog, view }) =>
    [...catalog.collections.values()].map((collection) => verifyCollection(collection, view)),
  );
}

function verifyCollection({ id, namespace, indexes, count }: Collection, view: View): CollectionReport {
  const report: CollectionReport = { namespace, documents: 0, indexEntries: 0, problems: [] };
  const expect = (right: boolean, problem: string): void => {
    if (!right && report.problems.length < MAX_PROBLEMS) report.problems.push(problem);
  };
  const made = new Map(indexes.map((index) => [index, 0]));
  for (const { key, value } of view.range(rangeOf("docs", id))) {
    report.documents++;
    const doc = decodeDoc(value);
    const place = idPart(keyText(key));
    expect(
      keyText(encodeId(doc.get("_id") as Value).bytes) === place,
      "a document is stored under another key than its _id",
    );
    for (const [index, before] of made) {
      const { keys } = keysOf(doc, index);
      made.set(index, before + keys.length);
      for (const one of keys) {
        const entry = view.get("entries", one + place);
        expect(entry !== undefined, `index ${index.name} lacks an entry of _id ${String(doc.get("_id"))}`);
      }
    }
  }
  for (const [{ id: indexId, name }, entries] of made) {
    const found = view.count(rangeOf("entries", indexId));
    report.indexEntries += found;
    expect(found === entries, `index ${name} holds ${found} entries, its documents make ${entries}`);
  }
  expect(count === report.documents, `the counter says ${count} documents, there are ${report.documents}`);
  return report;
}
