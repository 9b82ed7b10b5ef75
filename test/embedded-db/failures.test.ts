import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DataFile } from "../../src/embedded-db/storage/data-file.ts";
import { Log } from "../../src/embedded-db/storage/log.ts";
import { Store } from "../../src/embedded-db/storage/store.ts";
import { WriteSet } from "../../src/embedded-db/storage/write-set.ts";

afterEach(() => void vi.restoreAllMocks());

const made = new Error("EIO: made up");

/** Each has the n-th call of one step fail. */
const STEPS: [string, (after: number) => { mock: { calls: unknown[] } }][] = [
  ["appending to the log", (n) => failing(Log.prototype, "append", n)],
  ["syncing the log", (n) => failing(Log.prototype, "syncNow", n)],
  ["a checkpoint of the log", (n) => failing(Log.prototype, "checkpoint", n)],
  ["syncing the data file", (n) => failing(DataFile.prototype, "sync", n)],
  ["making spare pages", (n) => failing(DataFile.prototype, "makeSpare", n)],
  ["reserving pages", (n) => failing(DataFile.prototype, "reserve", n)],
  ["LMDB on this thread", (n) => failing(Store.prototype, "take", n)],
  ["LMDB on its own thread", (n) => failing(Store.prototype, "takeLater", n)],
];

function failing<T extends object>(
  on: T,
  name: keyof T & string,
  after: number,
): { mock: { calls: unknown[] } } {
  const original = (on as Record<string, (...given: unknown[]) => unknown>)[name];
  const spy = vi.spyOn(on as Record<string, (...given: unknown[]) => unknown>, name);
  let calls = 0;
  return spy.mockImplementation(function (this: unknown, ...given: unknown[]) {
    if (++calls !== after) return original?.apply(this, given);
    // Syncing and checkpoints tell it later, as a disk does.
    if (/^(sync|checkpoint|takeLater)$/.test(name)) return wait(1).then(() => Promise.reject(made));
    throw made;
  });
}

/** Small sets that follow each other and, now and then, a large one: 90 in all. Returns those that were acknowledged. */
async function commitMany(store: Store): Promise<string[]> {
  const answers: Promise<string | null>[] = [];
  for (let n = 0; n < 90; n++) {
    const set = new WriteSet();
    set.put("docs", `k${n}`, Buffer.alloc(n % 13 === 7 ? 100_000 : 20_000, 1));
    answers.push(
      store.commit(set).then(
        () => `k${n}`,
        () => null,
      ),
    );
    if (n % 3 === 0) await wait(1);
    if (n % 10 === 0 && !store.behind) store.get("docs", "k0");
  }
  return (await Promise.all(answers)).filter((key) => key !== null);
}

describe("a disk that fails once", () => {
  for (const [name, fail] of STEPS) {
    it(`${name}: every set is answered, and none that was acknowledged is lost by a kill or a stop`, async () => {
      for (const after of [1, 2, 4]) {
        const folder = mkdtempSync(path.join(tmpdir(), "edb-fail-"));
        const killed = `${folder}-killed`;
        const store = new Store(folder);
        const spy = fail(after);
        const acknowledged = await commitMany(store);
        if (spy.mock.calls.length >= after) expect(acknowledged.length).toBeLessThan(90);
        vi.restoreAllMocks();
        cpSync(folder, killed, { recursive: true });
        rmSync(path.join(killed, "data.lmdb-lock"), { force: true });
        await store.close();
        for (const one of [killed, folder]) {
          const again = new Store(one);
          expect(acknowledged.filter((key) => !again.get("docs", key))).toEqual([]);
          await again.close();
          rmSync(one, { recursive: true, force: true });
        }
      }
    });
  }
});
