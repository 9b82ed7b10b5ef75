import type { Document } from "mongodb";
import { middle, openBare, ratePerSecond, say, startBench, timed } from "./support.ts";

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
const pingOnce = () => db.command({ ping: 1 });
const findOnce = (i: number) => rows.findOne({ number: (i * 7919) % 60_000 });
const findById = (i: number) => rows.findOne({ _id: ((i * 7919) % 60_000) as never });
// Both sides' code is compiled as it is used: none of the three is measured in its first second.
for (const once of [pingOnce, findOnce, findById]) await ratePerSecond(once, 1);
const ping = await ratePerSecond(pingOnce);
const find = await ratePerSecond(findOnce);
const byId = await ratePerSecond(findById);
say(
  "indexed findOne",
  `${find.toFixed(0)}/s`,
  `${((find / ping) * 100).toFixed(0)} % of ping (${ping.toFixed(0)}/s)`,
  ">= 45 %",
);
say("findOne by _id", `${byId.toFixed(0)}/s`, `${((byId / ping) * 100).toFixed(0)} % of ping`, ">= 45 %");
let next = 1_000_000;
const insert = () => rows.insertOne(make(next++));
await ratePerSecond(insert, 2);
// In turns: other work and the disk's moods concern all alike, and the middle of the turns' ratios says what is typical.
const bare = await openBare(60_000);
const kinds = { bare: bare.commit, same: bare.insert, insert, many: insert, ping: pingOnce };
const turns: Record<keyof typeof kinds, number>[] = [];
for (let turn = 0; turn < 20; turn++) {
  const ms = { bare: 0, same: 0, insert: 0, many: 0, ping: 0 };
  for (const kind of ["bare", "same", "insert", "many", "ping"] as const)
    ms[kind] = 1000 / (await ratePerSecond(kinds[kind], 0.3, kind === "many" ? 32 : 1));
  turns.push(ms);
}
await bare.close();
const typical = (of: (ms: (typeof turns)[number]) => number) => middle(turns.map(of));
const percent = (of: (ms: (typeof turns)[number]) => number) => `${(typical(of) * 100).toFixed(0)} %`;
const shown = (kind: keyof typeof kinds) => `${typical((ms) => ms[kind]).toFixed(2)} ms`;
const one = 1000 / typical((ms) => ms.insert);
say(
  "durable insert, one client",
  `${shown("insert")} (${one.toFixed(0)}/s)`,
  `${percent((ms) => ms.bare / ms.insert)} of a bare LMDB commit (${shown("bare")})`,
  ">= 60 %",
);
say(
  "the same beside a commit that stores as much",
  shown("insert"),
  `${percent((ms) => ms.same / ms.insert)} of it (${shown("same")})`,
  "",
);
// On a fast disk the way to the server and back costs as much as the commit: what is left without it.
say(
  "the same, one ping taken off",
  `${shown("insert")} - ${shown("ping")}`,
  `${percent((ms) => ms.bare / (ms.insert - ms.ping))} of a bare LMDB commit`,
  "",
);
say(
  "durable insert, 32 clients",
  `${(1000 / typical((ms) => ms.many)).toFixed(0)}/s`,
  `${typical((ms) => ms.insert / ms.many).toFixed(1)} x one client`,
  ">= 3 x",
);
await bench.close();
