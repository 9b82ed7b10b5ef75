import { setTimeout as wait } from "node:timers/promises";
import { Store } from "../../src/embedded-db/storage/store.ts";
import { WriteSet } from "../../src/embedded-db/storage/write-set.ts";

/**
 * Program for disk.test.ts, run with a limit on the size of files: commits one small set, one of 40 MB, and forty small
 * ones while that one is on its way to the disk. Prints the names of those that were acknowledged, as JSON.
 */
const store = new Store(process.argv[2] ?? "");
const acknowledged: string[] = [];

async function commit(name: string, documents: number, bytes: number): Promise<void> {
  const set = new WriteSet();
  for (let n = 0; n < documents; n++) set.put("docs", `${name}-${n}`, Buffer.alloc(bytes, 1));
  await store.commit(set).then(
    () => acknowledged.push(name),
    () => {},
  );
}

await commit("first", 1, 100);
const all = [commit("large", 4000, 10_000)];
for (let n = 0; n < 40; n++) {
  all.push(commit(`late${n}`, 1, 100));
  await wait(1);
}
await Promise.all(all);
await store.close();
process.stdout.write(JSON.stringify(acknowledged));
