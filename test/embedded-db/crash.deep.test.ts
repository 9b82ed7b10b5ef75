import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Document, MongoClient } from "mongodb";
import { expect, it } from "vitest";
import { verify } from "../../src/embedded-db/operations/verify.ts";
import { type EmbeddedDatabase, startEmbeddedDatabase } from "../../src/embedded-db/start.ts";
import { refuseLostConnections } from "../../src/server/lost-connections.ts";

const MOMENTS = Number(process.env.CRASH_MOMENTS ?? 200);
const WRITERS = 16;

interface Promised {
  /** Acknowledged inserts, by id. */
  inserted: Set<string>;
  /** Pairs whose transaction was acknowledged. */
  pairs: Set<string>;
  /** Acknowledged increments by counter; one more may have been under way. */
  counters: Map<number, { acknowledged: number; tried: number }>;
}

/** Acknowledged work so far: the moment of a kill is chosen by it, so that a slow machine kills as late. */
function acknowledged({ inserted, pairs, counters }: Promised): number {
  return (
    inserted.size +
    pairs.size +
    [...counters.values()].reduce((sum, counter) => sum + counter.acknowledged, 0)
  );
}

/** One writer's endless mix of plain inserts, increments and transactions, until the server is gone. */
async function write(client: MongoClient, name: string, promised: Promised): Promise<void> {
  const db = client.db("crash");
  const [rows, pairs, counters] = ["rows", "pairs", "counters"].map((one) =>
    db.collection<Document>(one),
  ) as [
    ReturnType<typeof db.collection<Document>>,
    ReturnType<typeof db.collection<Document>>,
    ReturnType<typeof db.collection<Document>>,
  ];
  const writer = Number(name.split("-").at(-1));
  for (let i = writer; ; i++) {
    const id = `${name}-${i}`;
    if (i % 3 === 0) {
      await rows.insertOne({ _id: id as never, tags: [`a${i % 5}`, `b${i % 3}`], at: new Date() });
      promised.inserted.add(id);
    } else if (i % 3 === 1) {
      const counter = promised.counters.get(writer) ?? { acknowledged: 0, tried: 0 };
      promised.counters.set(writer, counter);
      counter.tried++;
      await counters.updateOne(
        { _id: writer as never },
        { $inc: { n: 1 }, $set: { last: id } },
        { upsert: true },
      );
      counter.acknowledged++;
    } else {
      await client.withSession((session) =>
        session.withTransaction(async () => {
          await pairs.insertOne({ _id: `${id}-l` as never, pair: id }, { session });
          await pairs.insertOne({ _id: `${id}-r` as never, pair: id }, { session });
        }),
      );
      promised.pairs.add(id);
    }
  }
}

async function check(client: MongoClient, promised: Promised): Promise<void> {
  const db = client.db("crash");
  const present = new Set(
    (
      await db
        .collection("rows")
        .find({}, { projection: { _id: 1 } })
        .toArray()
    ).map((row) => String(row._id)),
  );
  for (const id of promised.inserted)
    if (!present.has(id)) throw new Error(`the acknowledged insert ${id} is missing`);
  const pairs = new Map<string, number>();
  for (const row of await db.collection("pairs").find().toArray())
    pairs.set(row.pair, (pairs.get(row.pair) ?? 0) + 1);
  for (const [pair, count] of pairs) if (count !== 2) throw new Error(`half a transaction: ${pair}`);
  for (const pair of promised.pairs)
    if (!pairs.has(pair)) throw new Error(`the acknowledged transaction ${pair} is missing`);
  for (const row of await db.collection("counters").find().toArray()) {
    const counter = promised.counters.get(Number(row._id));
    expect(row.n).toBeGreaterThanOrEqual(counter?.acknowledged ?? 0);
    expect(row.n).toBeLessThanOrEqual(counter?.tried ?? 0);
  }
}

/** Lets all writers write until a random moment, and kills the server in it. */
async function killWhileWriting(
  { server, client }: { server: EmbeddedDatabase; client: MongoClient },
  name: string,
  promised: Promised,
): Promise<void> {
  const refusals: unknown[] = [];
  const writers = Array.from({ length: WRITERS }, (_, w) =>
    write(client, `${name}-${w}`, promised).catch((error: unknown) => void refusals.push(error)),
  );
  const wanted = acknowledged(promised) + Math.floor(Math.random() * 60);
  while (acknowledged(promised) < wanted && refusals.length === 0) await sleep(1);
  // A server that lives refuses nothing.
  if (refusals.length > 0) throw refusals[0];
  await sleep(Math.random() * 10);
  process.kill(server.pid, "SIGKILL");
  await client.close(true);
  await Promise.all(writers);
}

/** What hangs says so in a minute, and where. */
async function inTime<T>(what: string, step: Promise<T>): Promise<T> {
  const ended = new AbortController();
  const late = sleep(60_000, undefined, { signal: ended.signal }).then(() => {
    throw new Error(`${what} did not end within a minute`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([step, late]);
  } finally {
    ended.abort();
  }
}

it(`loses nothing acknowledged and tears no transaction when killed at ${MOMENTS} random moments`, async () => {
  refuseLostConnections();
  const folder = mkdtempSync(path.join(tmpdir(), "edb-crash-"));
  const promised: Promised = { inserted: new Set(), pairs: new Set(), counters: new Map() };
  for (let moment = 0; moment < MOMENTS; moment++) {
    const server = await inTime(`start ${moment}`, startEmbeddedDatabase({ dataDir: folder }));
    // Retries off: what the application was told is exactly what the server acknowledged.
    const client = await new MongoClient(server.uri, {
      retryWrites: false,
      serverSelectionTimeoutMS: 500,
      maxPoolSize: 32,
    }).connect();
    if (moment === 0)
      await client
        .db("crash")
        .collection("rows")
        .createIndexes([{ key: { tags: 1, at: -1 } }, { key: { at: 1 } }]);
    await inTime(`check ${moment}`, check(client, promised));
    await inTime(`kill ${moment}`, killWhileWriting({ server, client }, String(moment), promised));
    if (moment % 20 === 19) expect((await verify(folder)).flatMap(({ problems }) => problems)).toEqual([]);
  }
  expect(promised.inserted.size).toBeGreaterThan(MOMENTS);
  expect(promised.pairs.size).toBeGreaterThan(MOMENTS / 2);
  rmSync(folder, { recursive: true, force: true });
});
