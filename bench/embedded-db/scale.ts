import path from "node:path";
import { type Document, MongoClient } from "mongodb";
import { open } from "lmdb";
import { percentile95, privateMemory, say, startBench, startEmbeddedDatabase, timed } from "./support.ts";

/** 100,000 people and 1,000,000 declarations with three secondary indexes each (SCALE=0.1 for a tenth). */
const SCALE = Number(process.env.SCALE ?? 1);
const PEOPLE = 100_000 * SCALE;
const DECLARATIONS = 1_000_000 * SCALE;
const STATUS = ["draft", "submitted", "approved", "rejected"];

const bench = await startBench();
const db = bench.client.db("bench");
const people = db.collection<Document>("people");
const declarations = db.collection<Document>("declarations");
await people.createIndexes([
  { key: { organization: 1, name: 1 } },
  { key: { idNumber: 1 }, unique: true },
  { key: { createdAt: 1 } },
]);
await declarations.createIndexes([
  { key: { person: 1, year: 1 } },
  { key: { status: 1, createdAt: -1 } },
  { key: { createdAt: 1 } },
]);
const load = await timed(async () => {
  for (let at = 0; at < PEOPLE; at += 5000) {
    await people.insertMany(
      Array.from({ length: Math.min(5000, PEOPLE - at) }, (_, i) => {
        const n = at + i;
        return {
          _id: n as never,
          organization: n % 500,
          name: `姓名${n}`,
          idNumber: `41${String(n).padStart(16, "0")}`,
          createdAt: new Date(1.7e12 + n * 1000),
          sex: n % 2,
        };
      }),
    );
  }
  for (let at = 0; at < DECLARATIONS; at += 5000) {
    await declarations.insertMany(
      Array.from({ length: 5000 }, (_, i) => {
        const n = at + i;
        return {
          _id: n as never,
          person: n % PEOPLE,
          year: 2020 + (n % 6),
          status: STATUS[n % 4],
          createdAt: new Date(1.7e12 + n * 500),
          hours: n % 40,
          subject: n % 2 ? "public" : "professional",
          title: `培训班第 ${n} 期`,
        };
      }),
    );
  }
});
say(
  "load",
  `${(((PEOPLE + DECLARATIONS) / load.ms) * 1000).toFixed(0)} docs/s`,
  "three secondary indexes each",
  "",
);

const equality = await percentile95(2000, (i) =>
  declarations.find({ person: (i * 7919) % PEOPLE, year: 2021 }).toArray(),
);
const ranges = await percentile95(1000, (i) =>
  people
    .find({
      createdAt: {
        $gte: new Date(1.7e12 + i * 50_000 * SCALE),
        $lt: new Date(1.7e12 + i * 50_000 * SCALE + 10_000),
      },
    })
    .toArray(),
);
say("equality look-up", `p95 ${equality.toFixed(2)} ms`, "", "<= 3 ms");
say("range look-up (10 rows)", `p95 ${ranges.toFixed(2)} ms`, "", "<= 3 ms");
const page = await percentile95(500, (i) =>
  declarations
    .find({ status: STATUS[i % 4] })
    .sort({ createdAt: -1 })
    .skip(i % 100)
    .limit(20)
    .toArray(),
);
say("sorted page from an index", `p95 ${page.toFixed(2)} ms`, "", "<= 5 ms");

// Other connections meanwhile: a find by _id every few milliseconds on a client of its own.
const probe = await new MongoClient(
  bench.client.options.hosts.length
    ? `mongodb://${encodeURIComponent(path.join(bench.folder, "database.sock"))}/?directConnection=true`
    : "",
).connect();
const waits: number[] = [];
let probing = true;
const prober = (async () => {
  while (probing) {
    waits.push(
      (
        await timed(() =>
          probe
            .db("bench")
            .collection<Document>("people")
            .findOne({ _id: 5 as never }),
        )
      ).ms,
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
})();

const count = await timed(() => declarations.countDocuments({ status: "approved" }));
const group = await timed(() =>
  declarations
    .aggregate([{ $group: { _id: "$status", hours: { $sum: "$hours" }, n: { $sum: 1 } } }])
    .toArray(),
);
const lookup = await timed(() =>
  declarations
    .aggregate(
      [
        { $match: { _id: { $lt: 10_000 as never } } },
        { $lookup: { from: "people", localField: "person", foreignField: "_id", as: "who" } },
        { $project: { n: { $size: "$who" } } },
      ],
      { batchSize: 10_000 },
    )
    .toArray(),
);
const memory = privateMemory(bench.pid);
probing = false;
await prober;
waits.sort((a, b) => a - b);
await probe.close();

// Baselines: the same file, walked by bare LMDB in this process.
const bare = open<Buffer, Buffer>({
  path: path.join(bench.folder, "data.lmdb"),
  readOnly: true,
  encoding: "binary",
  keyEncoding: "binary",
  maxDbs: 4,
});
const docs = bare.openDB<Buffer, Buffer>({ name: "docs", encoding: "binary", keyEncoding: "binary" });
const entries = bare.openDB<Buffer, Buffer>({ name: "entries", encoding: "binary", keyEncoding: "binary" });
const quarter = count.value;
const walk = await timed(() => {
  let n = 0;
  for (const key of entries.getKeys({ limit: quarter })) n += key.length;
  return n;
});
const scan = await timed(() => {
  let n = 0;
  for (const { value } of docs.getRange({})) n += value.length;
  return n;
});
await bare.close();
say(
  `count of ${quarter} by index`,
  `${count.ms.toFixed(0)} ms`,
  `${(count.ms / walk.ms).toFixed(2)} x a bare walk (${walk.ms.toFixed(0)} ms)`,
  "<= 2 x",
);
say(
  `$group over ${DECLARATIONS}`,
  `${group.ms.toFixed(0)} ms`,
  `${(group.ms / scan.ms).toFixed(2)} x a bare scan (${scan.ms.toFixed(0)} ms)`,
  "<= 5 x",
);
say("$lookup of 10,000 by index", `${lookup.ms.toFixed(0)} ms`, `${lookup.value.length} rows`, "<= 1000 ms");
say("private memory of the server", `${memory.toFixed(0)} MiB`, "", "<= 600 MiB");
say(
  "others meanwhile",
  `p99 ${(waits[Math.floor(waits.length * 0.99)] ?? 0).toFixed(1)} ms`,
  `${waits.length} probes`,
  "<= 50 ms",
);
process.kill(bench.pid, "SIGKILL");
await new Promise((resolve) => setTimeout(resolve, 300));
const reopen = await timed(() => startEmbeddedDatabase({ dataDir: bench.folder, port: 0 }));
say("reopened after SIGKILL (process start included)", `${reopen.ms.toFixed(0)} ms`, "", "<= 1000 ms");
await reopen.value.stop();
await bench.close();
