import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peopleColumns } from "../../../src/server/spreadsheets/people-columns.ts";
import { workbookMimeType } from "../../../src/server/spreadsheets/preflight.ts";
import { type PeopleRow, readPeopleRows } from "../../../src/server/spreadsheets/read-people-rows.ts";
import { importLimits, type ReadOptions } from "../../../src/server/spreadsheets/read-sheet-rows.ts";
import { readCsv } from "../../../src/server/spreadsheets/read-csv.ts";
import { readXlsx } from "../../../src/server/spreadsheets/read-xlsx.ts";
import { RowCollector, type RowLimits } from "../../../src/server/spreadsheets/row-collector.ts";

export const csvMimeType = "text/csv";
export const requiredHeaders = ["姓名", "身份证号", "手机号码", "是否会计人员"];

/** Runs `work` on the bytes as a file, which is removed afterwards. */
export async function withFile<T>(
  bytes: Uint8Array | string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "xueshi-sheet-test-"));
  try {
    const path = join(folder, "upload");
    await writeFile(path, bytes);
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads in this thread, without the preflight: what the parsers make of a file. */
export async function parsedRows(
  bytes: Uint8Array | string,
  kind: "xlsx" | "csv" = "xlsx",
  limits: RowLimits = importLimits,
): Promise<PeopleRow[]> {
  return withFile(bytes, async (path) => {
    const collector = new RowCollector(limits, peopleColumns);
    const rows: PeopleRow[] = [];
    const reading = kind === "xlsx" ? readXlsx(path, collector) : readCsv(path, collector);
    for await (const row of reading) rows.push(row);
    return rows;
  });
}

/** Reads as an import does: preflight, worker thread, limits. */
export async function allRows(
  bytes: Uint8Array | string,
  mimeType: string = workbookMimeType,
  options: ReadOptions = {},
): Promise<PeopleRow[]> {
  return withFile(bytes, async (path) => {
    const rows: PeopleRow[] = [];
    for await (const row of readPeopleRows(path, mimeType, options)) rows.push(row);
    return rows;
  });
}
