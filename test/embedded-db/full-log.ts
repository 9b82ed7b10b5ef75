import { DatabaseError } from "../../src/embedded-db/errors.ts";
import { Store } from "../../src/embedded-db/storage/store.ts";
import { WriteSet } from "../../src/embedded-db/storage/write-set.ts";

/**
 * Program for log.test.ts, run with a limit on the size of files and on a folder whose log is made: commits groups of
 * sets on one key, which take more of the log than of the data file, until that is refused. Prints what the key was
 * given last and acknowledged, what it holds, and the code of the refusal.
 */
const store = new Store(process.argv[2] ?? "");
let acknowledged = "";
let code: unknown = null;

async function commit(text: string): Promise<void> {
  const set = new WriteSet();
  set.put("docs", "k", Buffer.from(text.padEnd(4000, ".")));
  await store.commit(set);
  acknowledged = text;
}

for (let group = 0; group < 60 && code === null; group++) {
  const sets = Array.from({ length: 15 }, (_, n) => commit(`${group}-${n}`));
  for (const result of await Promise.allSettled(sets)) {
    if (result.status === "rejected")
      code = result.reason instanceof DatabaseError ? result.reason.code : result.reason;
  }
}
const held = store.get("docs", "k")?.toString().replace(/\.+$/, "");
await store.close();
process.stdout.write(JSON.stringify({ acknowledged, held, code }));
