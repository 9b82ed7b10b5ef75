import { DatabaseError } from "../../src/embedded-db/errors.ts";
import { Store } from "../../src/embedded-db/storage/store.ts";
import { WriteSet } from "../../src/embedded-db/storage/write-set.ts";

/**
 * Program for log.test.ts, run with a limit on the size of files: commits small sets one after the other, on new keys
 * all over the key space, until that is refused. Prints how many were acknowledged, how many are held, and the code of
 * the refusal.
 */
const store = new Store(process.argv[2] ?? "");
let acknowledged = 0;
let code: unknown = null;

while (code === null && acknowledged < 20_000) {
  const set = new WriteSet();
  set.put("docs", `k${(acknowledged * 7919) % 20_011}`, Buffer.alloc(900, 1));
  try {
    await store.commit(set);
    acknowledged++;
  } catch (error) {
    code = error instanceof DatabaseError ? error.code : error;
  }
}
const snapshot = store.snapshot();
const range = { space: "docs" as const, low: Buffer.from("k"), high: Buffer.from("l"), reverse: false };
const held = store.countKeys(range, snapshot);
store.release(snapshot);
await store.close();
process.stdout.write(JSON.stringify({ acknowledged, held, code }));
