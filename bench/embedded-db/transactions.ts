import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Document, MongoClient } from "mongodb";
import { startEmbeddedDatabase } from "./support.ts";

/** A decision of the platform in outline: 6 reads and 8 writes in one transaction, 8 clients, different documents. */
const CLIENTS = 8;
const SECONDS = 6;

const folder = mkdtempSync(path.join(tmpdir(), "edb-bench-"));
const server = await startEmbeddedDatabase({ dataDir: folder });
const client = await new MongoClient(server.uri, { maxPoolSize: 32 }).connect();
const db = client.db("bench");
const [tasks, events, audits] = ["tasks", "events", "audits"].map((name) =>
  db.collection<Document>(name),
) as [
  ReturnType<typeof db.collection<Document>>,
  ReturnType<typeof db.collection<Document>>,
  ReturnType<typeof db.collection<Document>>,
];
await tasks.createIndexes([
  { key: { holder: 1, status: 1, at: -1 } },
  { key: { instance: 1 } },
  { key: { due: 1 } },
]);
await events.createIndex({ instance: 1, number: 1 }, { unique: true });
await audits.createIndex({ subject: 1, at: -1 });
await tasks.insertMany(
  Array.from({ length: 20_000 }, (_, i) => ({
    _id: `t${i}` as never,
    holder: i % 200,
    status: "open",
    at: new Date(i),
    instance: `i${i}`,
    text: "x".repeat(300),
  })),
);

let pings = 0;
const pingEnd = performance.now() + 1000;
while (performance.now() < pingEnd) {
  await db.command({ ping: 1 });
  pings++;
}

let done = 0;
let next = 0;
const latencies: number[] = [];
const end = performance.now() + SECONDS * 1000;

async function decide(n: number): Promise<void> {
  await client.withSession((session) =>
    session.withTransaction(async () => {
      const id = `t${n}` as never;
      await tasks.findOne({ _id: id }, { session });
      await tasks.find({ instance: `i${n}` }, { session }).toArray();
      await events.find({ instance: `i${n}` }, { session }).toArray();
      await tasks.findOne({ holder: n % 200, status: "open" }, { session });
      await audits.findOne({ subject: `i${n}` }, { session });
      await tasks.findOne({ _id: `t${(n + 7) % 20_000}` as never }, { session });
      await tasks.updateOne(
        { _id: id, status: "open" },
        { $set: { status: "done" }, $inc: { v: 1 } },
        { session },
      );
      for (let i = 0; i < 3; i++)
        await events.insertOne({ instance: `i${n}`, number: i, at: new Date() }, { session });
      await tasks.insertOne(
        { holder: (n + 1) % 200, status: "open", at: new Date(), instance: `i${n}` },
        { session },
      );
      await audits.insertMany(
        [
          { subject: `i${n}`, at: new Date() },
          { subject: `i${n}`, at: new Date() },
        ],
        { session },
      );
      await tasks.updateOne({ _id: id }, { $set: { by: "someone" } }, { session });
      await audits.insertOne({ subject: `o${n}`, at: new Date() }, { session });
    }),
  );
}

await Promise.all(
  Array.from({ length: CLIENTS }, async () => {
    while (performance.now() < end) {
      const started = performance.now();
      await decide(next++);
      latencies.push(performance.now() - started);
      done++;
    }
  }),
);
latencies.sort((a, b) => a - b);
const at = (share: number) => latencies[Math.floor(latencies.length * share)]?.toFixed(1);
console.log(
  `transactions (6 reads, 8 writes), ${CLIENTS} clients: ${(done / SECONDS).toFixed(0)}/s, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`,
);
console.log(
  `baseline ping, one client, same socket: ${pings}/s; commands in transactions ${((done * 16) / SECONDS).toFixed(0)}/s = ${((done * 16) / SECONDS / pings).toFixed(2)} x ping rate`,
);
await client.close();
await server.stop();
rmSync(folder, { recursive: true, force: true });
