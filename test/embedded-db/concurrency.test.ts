import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { decodeDoc } from "../../src/embedded-db/bson/decode.ts";
import { encodeDoc } from "../../src/embedded-db/bson/encode.ts";
import {
  Binary,
  type Doc,
  docOf,
  int,
  isDoc,
  RawDoc,
  toNumber,
  type Value,
} from "../../src/embedded-db/bson/values.ts";
import type { Server } from "../../src/embedded-db/commands/context.ts";
import { Cursors } from "../../src/embedded-db/commands/cursors.ts";
import { answer } from "../../src/embedded-db/commands/dispatch.ts";
import { filterOf } from "../../src/embedded-db/query/find.ts";
import { Sessions } from "../../src/embedded-db/sessions/sessions.ts";
import { Catalog } from "../../src/embedded-db/storage/catalog.ts";
import { Store } from "../../src/embedded-db/storage/store.ts";

/** Commands that overlap as no driver sends them on purpose: a lost connection does, and `Promise.all` in a transaction. */
let server: Server;
let folder: string;

function open(): void {
  const store = new Store(folder);
  const catalog = new Catalog(store, (filter) => filterOf(filter, new Map()));
  const engine = { store, catalog, locks: new Map() };
  const cursors = new Cursors();
  const sessions = new Sessions(engine, (transaction) => cursors.closeOf(transaction));
  const failPoints = { enabled: true, active: null, left: 0, skip: 0 };
  server = { engine, sessions, cursors, address: "", failPoints };
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "edb-overlap-"));
  open();
});
afterEach(async () => {
  server.sessions.abortAll();
  server.cursors.closeAll();
  expect(server.engine.locks.size).toBe(0);
  for (const { writers } of server.engine.catalog.collections.values()) expect(writers).toBe(0);
  // The writer's pin and the one held ready, which may be the same state.
  const newest = server.engine.store.snapshot();
  expect(newest.users).toBeLessThanOrEqual(3);
  server.engine.store.release(newest);
  await server.engine.store.close();
  rmSync(folder, { recursive: true, force: true });
});

const newSession = (): Doc => docOf({ id: new Binary(randomBytes(16), 4) });

async function run(fields: Record<string, Value | undefined>): Promise<Doc> {
  const reply = await answer(server, docOf({ ...fields, $db: "test" }));
  return decodeDoc(encodeDoc(reply as Doc));
}

const row = (fields: Record<string, Value>) => new RawDoc(encodeDoc(docOf(fields)));
const insert = (rows: RawDoc[], more: Record<string, Value> = {}) =>
  run({ insert: "rows", documents: rows, ...more });
const within = (lsid: Doc, txnNumber: bigint, starts = false): Record<string, Value> => ({
  lsid,
  txnNumber,
  autocommit: false,
  ...(starts ? { startTransaction: true } : {}),
});
const increment = (more: Record<string, Value>) => {
  const update = docOf({ q: docOf({ _id: int(1) }), u: docOf({ $inc: docOf({ n: int(1) }) }) });
  return run({ update: "rows", updates: [update], ...more });
};

function rowsOf(reply: Doc): Doc[] {
  const cursor = reply.get("cursor");
  if (!isDoc(cursor)) throw new Error(`no cursor: ${String(reply.get("errmsg"))}`);
  return cursor.get("firstBatch") as Doc[];
}
const code = (reply: Doc): number => toNumber(reply.get("code"));
const valueOf = async (): Promise<number> =>
  toNumber(rowsOf(await run({ find: "rows", filter: docOf({ _id: int(1) }) }))[0]?.get("n"));

it("a retryable write that is sent again while the first waits for a lock is done once", async () => {
  await insert([row({ _id: int(1), n: int(0) })]);
  const [holder, lsid] = [newSession(), newSession()];
  await increment(within(holder, 1n, true));
  const both = [increment({ lsid, txnNumber: 1n }), increment({ lsid, txnNumber: 1n })];
  await wait(20);
  await run({ abortTransaction: int(1), ...within(holder, 1n) });
  for (const reply of await Promise.all(both)) expect(toNumber(reply.get("nModified"))).toBe(1);
  expect(await valueOf()).toBe(1);
});

it("a retryable write that is sent again while the first is on its way to the disk is answered after it", async () => {
  await insert([row({ _id: int(1), n: int(0) })]);
  const lsid = newSession();
  const order: string[] = [];
  const first = increment({ lsid, txnNumber: 1n }).then(() => order.push("first"));
  const second = increment({ lsid, txnNumber: 1n }).then(() => order.push("second"));
  await Promise.all([first, second]);
  expect(order).toEqual(["first", "second"]);
  expect(await valueOf()).toBe(1);
});

it("retryable writes that a session sends all at once are all done", async () => {
  await insert([row({ _id: int(1), n: int(0) })]);
  const lsid = newSession();
  const all = [1n, 2n, 3n, 4n].map((txnNumber) => increment({ lsid, txnNumber }));
  for (const reply of await Promise.all(all)) expect(toNumber(reply.get("n"))).toBe(1);
  expect(await valueOf()).toBe(4);
});

it("a transaction begins after the retryable write before it has ended, and its commit is known after a restart", async () => {
  await insert([row({ _id: int(1), n: int(0) })]);
  const [holder, lsid] = [newSession(), newSession()];
  await increment(within(holder, 1n, true));
  const first = increment({ lsid, txnNumber: 1n });
  await wait(5);
  const inside = insert([row({ _id: int(2), n: int(0) })], within(lsid, 2n, true));
  expect(await Promise.race([inside.then(() => "done"), wait(30).then(() => "waits")])).toBe("waits");
  await run({ abortTransaction: int(1), ...within(holder, 1n) });
  expect(toNumber((await first).get("n"))).toBe(1);
  expect(toNumber((await inside).get("n"))).toBe(1);
  const commit = { commitTransaction: int(1), ...within(lsid, 2n) };
  const both = await Promise.all([run(commit), run(commit)]);
  await server.engine.store.close();
  open();
  for (const reply of [...both, await run(commit)]) expect(toNumber(reply.get("ok"))).toBe(1);
});

it("a retryable write that failed is done anew, except for what it had made durable, also after a restart", async () => {
  const [holder, lsid] = [newSession(), newSession()];
  await insert([row({ _id: int(1), n: int(0) })]);
  await increment(within(holder, 1n, true));
  const add = docOf({ q: docOf({ _id: int(2) }), u: docOf({ $inc: docOf({ n: int(1) }) }), upsert: true });
  const wait1 = docOf({ q: docOf({ _id: int(1) }), u: docOf({ $inc: docOf({ n: int(1) }) }) });
  const both = { update: "rows", updates: [add, wait1], lsid, txnNumber: 1n };
  expect(code(await run({ ...both, maxTimeMS: int(30) }))).toBe(50);
  await run({ abortTransaction: int(1), ...within(holder, 1n) });
  await server.engine.store.close();
  open();
  expect(toNumber((await run(both)).get("n"))).toBe(2);
  expect(toNumber((await run(both)).get("n"))).toBe(2);
  const rows = rowsOf(await run({ find: "rows", filter: docOf({}) }));
  expect(rows.map((one) => toNumber(one.get("n")))).toEqual([1, 1]);
});

it("a statement that still runs when its transaction is aborted takes nothing more, and leaves the next one alone", async () => {
  const rows = Array.from({ length: 5000 }, (_, n) => row({ _id: int(n), n: int(0), text: "x".repeat(200) }));
  await insert(rows);
  const lsid = newSession();
  await increment(within(lsid, 1n, true));
  const all = docOf({
    q: docOf({ text: docOf({ $gt: "" }) }),
    u: docOf({ $set: docOf({ n: int(7) }) }),
    multi: true,
  });
  const late = run({ update: "rows", updates: [all], ...within(lsid, 1n) });
  await wait(0);
  await run({ abortTransaction: int(1), ...within(lsid, 1n) });
  await increment(within(lsid, 2n, true));
  expect(code(await late)).toBe(251);
  await run({ commitTransaction: int(1), ...within(lsid, 2n) });
  expect(await valueOf()).toBe(1);
  expect(toNumber((await increment({})).get("n"))).toBe(1);
});

it("a statement that waits for an index build when its transaction ends does not count as a writer for ever", async () => {
  await insert(Array.from({ length: 3000 }, (_, n) => row({ _id: int(n), n: int(n) })));
  const lsid = newSession();
  const key = docOf({ n: int(1) });
  const build = run({ createIndexes: "rows", indexes: [docOf({ key, name: "n_1" })] });
  const late = insert([row({ _id: int(9999) })], within(lsid, 1n, true));
  await run({ abortTransaction: int(1), ...within(lsid, 1n) });
  expect(code(await late)).toBe(251);
  await build;
  expect(toNumber((await run({ dropIndexes: "rows", index: "n_1" })).get("ok"))).toBe(1);
});

it("a result that is cut off by the end of its session's transaction is an error, not a shorter result", async () => {
  await insert(Array.from({ length: 20_000 }, (_, n) => row({ _id: int(n), n: int(n) })));
  const lsid = newSession();
  const filter = docOf({ n: docOf({ $gte: int(0) }) });
  const find = { find: "rows", filter, batchSize: int(100_000) };
  const late = run({ ...find, ...within(lsid, 1n, true) });
  await wait(0);
  await run({ abortTransaction: int(1), ...within(lsid, 1n) });
  const reply = await late;
  if (reply.get("ok") === 1) expect(rowsOf(reply)).toHaveLength(20_000);
  else expect([251, 237]).toContain(code(reply));
});

it("a cursor lives as long as its transaction, and one of the same session without a transaction goes on", async () => {
  await insert(Array.from({ length: 9 }, (_, n) => row({ _id: int(n) })));
  const lsid = newSession();
  const open = async (more: Record<string, Value>) => {
    const reply = await run({ find: "rows", batchSize: int(2), lsid, ...more });
    return (reply.get("cursor") as Doc).get("id") as bigint;
  };
  const more = (id: bigint, within: Record<string, Value> = { lsid }) =>
    run({ getMore: id, collection: "rows", ...within });
  const [outside, inside] = [await open({}), await open(within(lsid, 1n, true))];
  expect(code(await more(inside))).toBe(50741);
  expect(code(await more(outside, within(lsid, 1n)))).toBe(50741);
  const second = await open(within(lsid, 2n, true));
  expect(((await more(second, within(lsid, 2n))).get("cursor") as Doc).get("nextBatch")).toHaveLength(7);
  const third = await open(within(lsid, 2n));
  await run({ commitTransaction: int(1), ...within(lsid, 2n) });
  for (const id of [inside, second, third]) expect(code(await more(id))).toBe(43);
  expect(((await more(outside)).get("cursor") as Doc).get("nextBatch")).toHaveLength(7);
});

it("a change of more documents than are held changes each of them once, and those that match no more not at all", async () => {
  const text = "x".repeat(2 ** 20);
  for (let n = 0; n < 40; n++) await insert([row({ _id: int(n), n: int(0), text })]);
  const holder = newSession();
  const one = (id: number) => docOf({ q: docOf({ _id: int(id) }), u: docOf({ $set: docOf({ n: int(5) }) }) });
  await run({ update: "rows", updates: [one(3), one(39)], ...within(holder, 1n, true) });
  const all = docOf({ q: docOf({ n: int(0) }), u: docOf({ $inc: docOf({ n: int(1) }) }), multi: true });
  const late = run({ update: "rows", updates: [all] });
  await wait(50);
  await run({ commitTransaction: int(1), ...within(holder, 1n) });
  expect(toNumber((await late).get("nModified"))).toBe(38);
  const left = await run({ aggregate: "rows", cursor: docOf({}), pipeline: [docOf({ $sortByCount: "$n" })] });
  expect(rowsOf(left).map((group) => toNumber(group.get("count")))).toEqual([38, 2]);
});

it("an end of a transaction wants the transaction's fields", async () => {
  expect(code(await run({ commitTransaction: int(1) }))).toBe(72);
  expect(code(await run({ commitTransaction: int(1), lsid: newSession(), txnNumber: 1n }))).toBe(50768);
  expect(code(await run({ abortTransaction: int(1), ...within(newSession(), 1n) }))).toBe(251);
});

it("a cursor ends with the last row of its limit, and not before it", async () => {
  await insert(Array.from({ length: 9 }, (_, n) => row({ _id: int(n) })));
  const idOf = (reply: Doc) => (reply.get("cursor") as Doc).get("id") as bigint;
  const find = (limit: number, batchSize: number) =>
    run({ find: "rows", limit: int(limit), batchSize: int(batchSize) });
  const empty = await find(1, 0);
  expect(rowsOf(empty)).toHaveLength(0);
  const only = await run({ getMore: idOf(empty), collection: "rows" });
  expect((only.get("cursor") as Doc).get("nextBatch")).toHaveLength(1);
  expect(idOf(only)).toBe(0n);
  expect(idOf(await find(4, 4))).toBe(0n);
  const half = await find(4, 2);
  const rest = await run({ getMore: idOf(half), collection: "rows", batchSize: int(2) });
  expect((rest.get("cursor") as Doc).get("nextBatch")).toHaveLength(2);
  expect(idOf(rest)).toBe(0n);
});

it("the time of a query is over after all its batches, however long the client takes between them", async () => {
  await insert(Array.from({ length: 20_000 }, (_, n) => row({ _id: int(n), n: int(n) })));
  const filter = docOf({ $expr: docOf({ $gte: ["$n", int(0)] }) });
  const first = await run({ find: "rows", filter, batchSize: int(2), maxTimeMS: int(30) });
  await wait(60);
  const id = (first.get("cursor") as Doc).get("id") as bigint;
  const next = await run({ getMore: id, collection: "rows", batchSize: int(2) });
  expect((next.get("cursor") as Doc).get("nextBatch")).toHaveLength(2);
});

it("a transaction does not look for its rows in an index that was built after it began", async () => {
  await insert([row({ _id: int(1), n: int(5) })]);
  const lsid = newSession();
  const find = { find: "rows", filter: docOf({ n: int(5) }) };
  expect(rowsOf(await run({ ...find, ...within(lsid, 1n, true) }))).toHaveLength(1);
  const key = docOf({ n: int(1) });
  await run({ createIndexes: "rows", indexes: [docOf({ key, name: "n_1" })] });
  expect(rowsOf(await run({ ...find, ...within(lsid, 1n) }))).toHaveLength(1);
  expect(rowsOf(await run({ ...find, ...within(lsid, 1n), hint: "n_1" }))).toHaveLength(1);
  expect(rowsOf(await run(find))).toHaveLength(1);
  await run({ abortTransaction: int(1), ...within(lsid, 1n) });
});

it("a second drop of a collection leaves the one alone that was made meanwhile under its name", async () => {
  await insert(Array.from({ length: 5000 }, (_, n) => row({ _id: int(n) })));
  const drops = [run({ drop: "rows" }), run({ drop: "rows" })];
  const building = run({
    createIndexes: "rows",
    indexes: [docOf({ key: docOf({ n: int(1) }), name: "n_1" })],
  });
  for (;;) {
    const reply = await insert([row({ _id: int(1), n: int(1) })]);
    if (!reply.has("writeErrors")) break;
  }
  await Promise.all(drops);
  expect(code(await building)).toBe(11601);
  expect(await valueOf()).toBe(1);
  await server.engine.store.close();
  open();
  expect(await valueOf()).toBe(1);
});

it("a command that is refused while it is planned holds no snapshot", async () => {
  await insert([row({ _id: int(1) })]);
  const { store } = server.engine;
  const users = () => {
    const snapshot = store.snapshot();
    store.release(snapshot);
    return snapshot.users;
  };
  const before = users();
  const cursor = docOf({});
  for (const aggregate of [true, "", null]) await run({ aggregate, pipeline: [], cursor });
  await run({ aggregate: "rows", pipeline: [docOf({ $nothing: int(1) })], cursor });
  await run({ find: "rows", filter: docOf({ $nothing: int(1) }) });
  await run({ find: "rows", filter: docOf({ n: docOf({ $gt: int(1) }) }), hint: "no_such" });
  expect(users()).toBe(before);
});
