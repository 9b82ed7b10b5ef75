/**
 * A million person-years determined from their stored rows: read from the embedded database in one stream, as the
 * impact preview does, and determined by `rowDeterminer`. Baseline of the same run: reading whole documents through
 * Mongoose and `determineYear` for each, on a sample. The evaluation alone is measured over rows in memory.
 * Run: npx tsx bench/rules/determine-stored.ts [rows]
 */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mongoose from "mongoose";
import { startEmbeddedDatabase } from "../../src/embedded-db/start.ts";
import { type PersonYear, PersonYearModel } from "../../src/models/person-year.ts";
import { determineYear } from "../../src/rules/determine-year.ts";
import { rowDeterminer } from "../../src/rules/determine-rows.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import { requirementRequest } from "../../src/server/queries/people/year-facts.ts";
import { rowReader, streamPersonYears } from "../../src/server/queries/policies/stream-person-years.ts";

const count = Number(process.argv[2] ?? 1_000_000);
const batch = 5_000;
const sampleRows = Math.min(20_000, count);
const packs = defaultPacks();
const asOf = "2026-11-23";
const levels = ["1", "2", "3", "4", "5", "9"];
const regions = ["410000", "410105", "410181", "410202", "411525", "419001"];
const sectorsOfPeople = ["P", "Q", "P", "Q", "C", "E", "accounting"];
const organizationIds = Array.from({ length: 500 }, (_, index) => hex(index));
const province = hex(999_999);

function hex(value: number): string {
  return value.toString(16).padStart(24, "0");
}

/** A row as `determinePersonYear` stores it, with the trace that such a year has. */
function rowAt(index: number): PersonYear {
  const personId = hex(1_000_000 + Math.floor(index / 10));
  const year = 2017 + (index % 10);
  const facts = {
    titleLevel: levels[index % 6] ?? "9",
    regionCode: regions[index % 5] ?? "410000",
    sector: sectorsOfPeople[Math.floor(index / 10) % 7] ?? null,
  };
  const hours = { public: (index * 7) % 60, professional: (index * 13) % 120 };
  const organizationId = organizationIds[index % 500] ?? province;
  return {
    _id: `${personId}-${year}`,
    personId,
    year,
    personName: "示例人员",
    organizationId,
    organizationName: "示例单位",
    scopeIds: [organizationId, province],
    ...facts,
    adjustments: [],
    ...hours,
    ...stored,
    determinedAt: new Date("2026-11-23T00:00:00Z"),
    version: 1,
  };
}

/** What a determination leaves behind: the same for all rows here, for its size is what counts. */
const answer = determineYear(packs, {
  ...requirementRequest(packs, { titleLevel: "3", regionCode: "410105", sector: "Q" }, 2025),
  asOf,
  credits: { public: 20, professional: 55 },
});
const stored = {
  required: { ...answer.required },
  missing: { public: answer.missing.public, professional: answer.missing.professional },
  result: answer.result,
  trace: answer.trace,
  citations: answer.citations.map(({ title }) => title),
  pack: `${answer.pack.id}@${answer.pack.version}`,
};

async function fill(): Promise<void> {
  await PersonYearModel.createCollection();
  await PersonYearModel.createIndexes();
  for (let start = 0; start < count; start += batch) {
    const rows = Array.from({ length: Math.min(batch, count - start) }, (_, index) => rowAt(start + index));
    await PersonYearModel.collection.insertMany(rows as never[], { ordered: false });
  }
}

const dataDir = await mkdtemp(join(tmpdir(), "xs-bench-"));
const database = await startEmbeddedDatabase({ dataDir });
try {
  await mongoose.connect(database.uri, { dbName: "xueshi", autoIndex: false, autoCreate: false });
  const begun = performance.now();
  await fill();
  console.log(`filled ${count.toLocaleString("en")} rows in ${seconds(begun).toFixed(1)} s`);
  await measure();
} finally {
  await mongoose.disconnect();
  await database.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const determine = rowDeterminer(packs, asOf);
  const rowOf = rowReader(packs);
  const kept = [];
  const start = performance.now();
  const spent = cpuSeconds();
  let passed = 0;
  let read = 0;
  for await (const rows of streamPersonYears({})) {
    read += rows.length;
    for (const row of rows) {
      const asked = rowOf(row);
      if (determine(asked) === "passed") passed += 1;
      kept.push(asked);
    }
  }
  const whole = seconds(start);
  const after = cpuSeconds();
  if (read !== count) throw new Error(`read ${read} of ${count} rows`);
  const again = rowDeterminer(packs, asOf);
  const idle = cpuSeconds();
  const alone = kept.reduce((sum, row) => sum + (again(row) === "passed" ? 1 : 0), 0);
  const evaluation = cpuSeconds().own - idle.own;
  if (alone !== passed) throw new Error("the two runs differ");
  const naive = await naiveSeconds();
  const per = (figure: number) => `${Math.round(count / figure).toLocaleString("en")}/s`;
  console.log(`read and determined: ${whole.toFixed(1)} s (${per(whole)}), ${passed} passed`);
  console.log(
    `CPU seconds: ${(after.own - spent.own).toFixed(1)} here + ${(after.database - spent.database).toFixed(1)} database (on a busy machine they say more than the clock)`,
  );
  console.log(`evaluation alone: ${evaluation.toFixed(2)} CPU seconds (${per(evaluation)})`);
  console.log(
    `whole documents and determineYear, a sample of ${sampleRows}: ${Math.round(sampleRows / naive)}/s; ratio ${(naive / sampleRows / (whole / count)).toFixed(1)}`,
  );
  if (count < 1_000_000) {
    console.log("no verdict: the target is about 1,000,000 rows");
    return;
  }
  const reached = whole <= 30 && evaluation <= 1;
  console.log(`wanted: ≤ 30 s with reading, ≤ 1 s alone: ${reached ? "reached" : "MISSED"}`);
  process.exitCode = reached ? 0 : 1;
}

async function naiveSeconds(): Promise<number> {
  const start = performance.now();
  for await (const year of PersonYearModel.find({}).limit(sampleRows).cursor()) {
    const { public: common, professional } = year;
    determineYear(packs, {
      ...requirementRequest(packs, year, year.year),
      asOf,
      credits: { public: common, professional },
    });
  }
  return seconds(start);
}

/** CPU time of this process and of the database, in seconds; the latter only where /proc is. */
function cpuSeconds(): { own: number; database: number } {
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1e6;
  try {
    const fields = readFileSync(`/proc/${database.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return { own, database: (Number(fields[11]) + Number(fields[12])) / 100 };
  } catch {
    return { own, database: 0 };
  }
}

function seconds(since: number): number {
  return (performance.now() - since) / 1000;
}
