import type { Document } from "mongodb";
import { bareCommits, bareInserts, ratePerSecond, say, startBench, timed } from "./support.ts";

/** Single operations against a ping over the same socket and a bare durable LMDB commit. */
const bench = await startBench();
const db = bench.client.db("bench");
const rows = db.collection<Document>("rows");
await rows.createIndex({ number: 1 });
const make = (i: number) => ({
  _id: i as never,
  number: i,
  name: `name ${i}`,
  text: "x".repeat(200),
  at: new Date(i),
});
const insertMany = await timed(async () => {
  for (let at = 0; at < 60_000; at += 2000)
    await rows.insertMany(
      Array.from({ length: 2000 }, (_, i) => make(at + i)),
      { ordered: false },
    );
});
say(
  "insertMany (one index)",
  `${((60_000 / insertMany.ms) * 1000).toFixed(0)} docs/s`,
  "",
  ">= 15,000 docs/s",
);
await ratePerSecond(() => db.command({ ping: 1 }), 0.5);
const ping = await ratePerSecond(() => db.command({ ping: 1 }));
const find = await ratePerSecond((i) => rows.findOne({ number: (i * 7919) % 60_000 }));
const byId = await ratePerSecond((i) => rows.findOne({ _id: ((i * 7919) % 60_000) as never }));
say(
  "indexed findOne",
  `${find.toFixed(0)}/s`,
  `${((find / ping) * 100).toFixed(0)} % of ping (${ping.toFixed(0)}/s)`,
  ">= 45 %",
);
say("findOne by _id", `${byId.toFixed(0)}/s`, `${((byId / ping) * 100).toFixed(0)} % of ping`, ">= 45 %");
let next = 1_000_000;
const insert = () => rows.insertOne(make(next++));
await ratePerSecond(insert, 1);
const bare = await bareCommits(3);
const one = await ratePerSecond(insert, 3);
const same = await bareInserts(3, 60_000);
const percent = (ms: number, rate: number) => `${((1000 / rate / ms) * 100).toFixed(0)} %`;
const [insertMs, pingMs] = [1000 / one, 1000 / ping];
say(
  "durable insert, one client",
  `${one.toFixed(0)}/s`,
  `${percent(insertMs, bare)} of a bare LMDB commit (${bare.toFixed(0)}/s)`,
  ">= 60 %",
);
// On a fast disk the way to the server and back costs about as much as the commit: what is left without it.
say(
  "the same, one ping taken off",
  `${insertMs.toFixed(2)} - ${pingMs.toFixed(2)} ms`,
  `${percent(insertMs - pingMs, bare)} of it; ${percent(insertMs - pingMs, same)} of one that stores as much (${same.toFixed(0)}/s)`,
  "(for fast disks)",
);
const many = await ratePerSecond(insert, 3, 32);
say(
  "durable insert, 32 clients",
  `${many.toFixed(0)}/s`,
  `${(many / one).toFixed(1)} x one client`,
  ">= 3 x",
);
await bench.close();
