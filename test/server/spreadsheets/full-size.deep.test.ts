import { describe, expect, it } from "vitest";
import { peopleColumns, type PeopleCells } from "../../../src/server/spreadsheets/people-columns.ts";
import { workbookMimeType } from "../../../src/server/spreadsheets/preflight.ts";
import { readPeopleRows } from "../../../src/server/spreadsheets/read-people-rows.ts";
import {
  type FailedPeopleRow,
  writeErrorWorkbook,
} from "../../../src/server/spreadsheets/write-error-workbook.ts";
import { withFile } from "./files.ts";

function* people(count: number): Generator<FailedPeopleRow> {
  for (let index = 0; index < count; index += 1) {
    const cells = Object.fromEntries(peopleColumns.map(({ key }) => [key, `${key}${index}`])) as PeopleCells;
    yield { rowNumber: index + 2, cells: { ...cells, idNumber: `N${index}` }, reason: "原因" };
  }
}

describe("an import of full size", () => {
  it("reads 50 000 people, each once and in order, in bounded memory", async () => {
    const bytes = await writeErrorWorkbook(people(50_000));
    await withFile(bytes, async (path) => {
      const before = process.memoryUsage().heapUsed;
      let peak = before;
      let next = 0;
      for await (const row of readPeopleRows(path, workbookMimeType)) {
        expect(row.rowNumber).toBe(next + 2);
        if (row.cells.idNumber !== `N${next}`)
          throw new Error(`row ${row.rowNumber} is ${row.cells.idNumber}`);
        next += 1;
        if (next % 1_000 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed);
      }
      expect(next).toBe(50_000);
      // 50 000 rows of 17 texts held at once would be over 150 MB.
      expect((peak - before) / 1024 / 1024).toBeLessThan(120);
    });
  }, 120_000);

  it("refuses the 50 001st", async () => {
    const bytes = await writeErrorWorkbook(people(50_001));
    await withFile(bytes, async (path) => {
      let rows = 0;
      const reading = async () => {
        for await (const row of readPeopleRows(path, workbookMimeType)) rows = row.rowNumber;
      };
      await expect(reading()).rejects.toMatchObject({ code: "spreadsheet.too_many_rows" });
      expect(rows).toBeLessThanOrEqual(50_001);
      expect(rows).toBeGreaterThan(49_000);
    });
  }, 120_000);
});
