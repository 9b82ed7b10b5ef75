/**
 * A million person-years determined, evaluation alone, beside `determineYear` in full for each row.
 * Run: npx tsx bench/rules/determine.ts
 */
import { determineYear } from "../../src/rules/determine-year.ts";
import { type PersonYearRow, rowDeterminer } from "../../src/rules/determine-rows.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import { ratePerSecond, report } from "./samples.ts";

const packs = defaultPacks();
const asOf = "2026-06-30";
const levels = ["junior", "intermediate", "senior", "none"] as const;
const regions = ["410000", "410105", "410181", "410202", "411525", "419001"];

/** A reproducible mixture; one row in two hundred has an adjustment. */
function rowAt(index: number): PersonYearRow {
  const row = {
    year: 2013 + (index % 14),
    titleLevel: levels[index % 4] ?? "none",
    region: regions[index % 6] ?? "410000",
    sector: null,
    public: ((index * 7) % 60) + (index % 10) / 10,
    professional: ((index * 13) % 120) + (index % 7) / 10,
  };
  if (index % 200 !== 0) return row;
  return { ...row, adjustments: [{ kind: "maternity", from: `${row.year}-03-01`, to: `${row.year}-06-06` }] };
}

const count = 1_000_000;
const rows = Array.from({ length: count }, (_, index) => rowAt(index));
const start = process.cpuUsage();
const determine = rowDeterminer(packs, asOf);
const results = new Map<string, number>();
for (const row of rows) {
  const result = determine(row);
  results.set(result, (results.get(result) ?? 0) + 1);
}
const { user, system } = process.cpuUsage(start);
const spentSeconds = (user + system) / 1e6;

const sample = rows.slice(0, 2000);
const full = await ratePerSecond(1, () => {
  for (const { public: common, professional, ...person } of sample)
    determineYear(packs, { ...person, asOf, credits: { public: common, professional } });
  return sample.length;
});
const different = sample.filter((row) => {
  const { public: common, professional, ...person } = row;
  return (
    determineYear(packs, { ...person, asOf, credits: { public: common, professional } }).result !==
    determine(row)
  );
});
if (different.length > 0) throw new Error(`${different.length} rows differ from determineYear`);

console.log(JSON.stringify(Object.fromEntries(results)));
const baseline = { name: "determineYear in full", perSecond: full };
report("determineYear, one by one, with trace and ways to close the gap", full);
report(`${count.toLocaleString("en")} person-years by rowDeterminer`, count / spentSeconds, baseline);
const isReached = spentSeconds <= 1;
console.log(
  `wanted: evaluation ≤ 1 s; was ${spentSeconds.toFixed(2)} s: ${isReached ? "reached" : "MISSED"}`,
);
process.exitCode = isReached ? 0 : 1;
