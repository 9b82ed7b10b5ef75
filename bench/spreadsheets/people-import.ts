/**
 * How fast 50 000 people are read, with preflight and worker thread, against exceljs reading the same file
 * whole in this thread; and how fast their failure file is written. `npx tsx bench/spreadsheets/people-import.ts [rows]`
 */
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ExcelJS from "exceljs";
import type { FailedPeopleRow } from "../../src/server/spreadsheets/write-error-workbook.ts";
import { writeErrorWorkbook } from "../../src/server/spreadsheets/write-error-workbook.ts";
import { type PeopleCells, peopleColumns } from "../../src/server/spreadsheets/people-columns.ts";
import { preflightSpreadsheet, workbookMimeType } from "../../src/server/spreadsheets/preflight.ts";
import { readPeopleRows } from "../../src/server/spreadsheets/read-people-rows.ts";

const count = Number(process.argv[2] ?? 50_000);

function* people(): Generator<FailedPeopleRow> {
  for (let index = 0; index < count; index += 1) {
    const cells = Object.fromEntries(peopleColumns.map(({ key }) => [key, `${key}${index}`])) as PeopleCells;
    yield { rowNumber: index + 2, cells, reason: "身份证号校验码错误" };
  }
}

/** Runs the work, returns seconds and the most memory seen while it ran. */
async function measured(work: () => Promise<number>): Promise<{ seconds: number; peakMb: number }> {
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  const startedMs = performance.now();
  const rows = await work();
  clearInterval(watch);
  if (rows !== count) throw new Error(`${rows} rows instead of ${count}`);
  return { seconds: (performance.now() - startedMs) / 1000, peakMb: peak / 1024 / 1024 };
}

const folder = await mkdtemp(join(tmpdir(), "xueshi-bench-"));
try {
  const path = join(folder, "people.xlsx");
  const writing = await measured(async () => {
    await writeFile(path, await writeErrorWorkbook(people()));
    return count;
  });
  const sizeMb = (await stat(path)).size / 1024 / 1024;
  const startedMs = performance.now();
  await preflightSpreadsheet(path, workbookMimeType);
  const preflightSeconds = (performance.now() - startedMs) / 1000;
  const reading = await measured(async () => {
    let rows = 0;
    for await (const row of readPeopleRows(path, workbookMimeType)) rows += row.cells.name === "" ? 0 : 1;
    return rows;
  });
  const baseline = await measured(async () => {
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(path, { ignoreNodes: ["dataValidations"] });
    return (book.getWorksheet("人员信息")?.rowCount ?? 1) - 1;
  });
  const line = (name: string, { seconds, peakMb }: { seconds: number; peakMb: number }) => {
    const ratio = (baseline.seconds / seconds).toFixed(2);
    const rate = Math.round(count / seconds);
    console.log(
      `${name}: ${seconds.toFixed(1)} s, ${rate} rows/s, peak ${Math.round(peakMb)} MB, ${ratio} x baseline`,
    );
  };
  console.log(`${count} people x ${peopleColumns.length} columns, ${sizeMb.toFixed(1)} MB`);
  line("exceljs readFile, whole (baseline)", baseline);
  line("readPeopleRows, preflight and worker included", reading);
  line("writeErrorWorkbook", writing);
  console.log(`preflight alone: ${preflightSeconds.toFixed(2)} s`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
