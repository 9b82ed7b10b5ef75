import { docOf } from "../bson/values.ts";
import { filterOf } from "../query/find.ts";
import { recordDate, SESSION_LIFETIME_MS } from "../sessions/sessions.ts";
import { type Engine, Operation } from "../storage/transactions.ts";
import { keyText, WriteSet } from "../storage/write-set.ts";
import { changeMatches } from "./write-one.ts";

/** Deletes documents that TTL indexes call expired, and retry records that no client can ask for any more. */
export async function removeExpired(engine: Engine, now: Date): Promise<void> {
  for (const collection of [...engine.catalog.collections.values()]) {
    for (const index of collection.indexes) {
      if (index.expireAfterSeconds === null || !collection.persisted) continue;
      const before = new Date(now.getTime() - index.expireAfterSeconds * 1000);
      const filter = filterOf(docOf({ [index.fields[0] as string]: docOf({ $lt: before }) }), new Map());
      const operation = new Operation(engine, false);
      try {
        await changeMatches(
          operation,
          { collection, filter, sort: [], skip: 0, limit: 0, hint: index.name },
          () => null,
        );
        await operation.commit();
      } finally {
        operation.end();
      }
    }
  }
  await removeOldRecords(engine, now);
}

async function removeOldRecords({ store }: Engine, now: Date): Promise<void> {
  const snapshot = store.snapshot();
  const set = new WriteSet();
  const range = { space: "meta" as const, low: Buffer.from("s:"), high: Buffer.from("s;"), reverse: false };
  for (const { key, value } of store.read(range, 10_000, snapshot)) {
    if (recordDate(value).getTime() + SESSION_LIFETIME_MS < now.getTime())
      set.put("meta", keyText(key), null);
  }
  store.release(snapshot);
  await store.commit(set);
}
