import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { workbookMimeType } from "../../../src/server/spreadsheets/preflight.ts";
import { readPeopleRows } from "../../../src/server/spreadsheets/read-people-rows.ts";
import { allRows, csvMimeType, requiredHeaders, withFile } from "./files.ts";
import { textRow, workbookParts, zipFile } from "./zip-file.ts";

const person = ["王芳", "410101199001011234", "13800138000", "否"];

function codeOf(code: string) {
  return { name: "SpreadsheetError", code, message: expect.stringMatching(/\p{Script=Han}/u) };
}

function sheetOf(people: number): Buffer {
  const rows = Array.from({ length: people }, (_, index) => textRow(index + 2, person));
  return zipFile(workbookParts(`${textRow(1, requiredHeaders)}${rows.join("")}`));
}

describe("reading an upload", () => {
  it("hands over every row of a workbook and of a CSV, over many batches, in order", async () => {
    const rows = await allRows(sheetOf(1_201));
    expect(rows.map((row) => row.rowNumber)).toEqual(Array.from({ length: 1_201 }, (_, index) => index + 2));
    expect(rows.at(-1)?.cells).toMatchObject({ name: "王芳", idNumber: "410101199001011234" });
    const csv = `${requiredHeaders.join(",")}\n${`${person.join(",")}\n`.repeat(1_201)}`;
    expect(await allRows(csv, csvMimeType)).toEqual(rows);
  });

  it("fails in words, not with the server, on XML that is broken", async () => {
    const broken = zipFile(workbookParts(`<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</row>`));
    await expect(allRows(broken)).rejects.toMatchObject({ name: "SpreadsheetError" });
    const farAway = zipFile(workbookParts('<row r="1"><c r="ZZZZZZ1" t="str"><v>1</v></c></row>'));
    await expect(allRows(farAway)).rejects.toMatchObject({ name: "SpreadsheetError" });
  });

  it("ends a parser that runs out of memory or time, and the process lives on", async () => {
    const header = textRow(1, requiredHeaders);
    // One cell of 60 MB: within the cap on inflated bytes, but not within a small heap.
    const huge = zipFile(
      workbookParts(`${header}${textRow(2, ["王".repeat(20_000_000), ...person.slice(1)])}`),
    );
    await expect(allRows(huge, workbookMimeType, { heapMb: 32 })).rejects.toMatchObject(
      codeOf("spreadsheet.too_complex"),
    );
    await expect(allRows(huge, workbookMimeType, { parseMs: 5 })).rejects.toMatchObject(
      codeOf("spreadsheet.too_slow"),
    );
  });

  it("leaves no temporary file behind, whether read to the end, left early or failed", async () => {
    const bytes = sheetOf(1_200);
    // A folder of its own: other tests read uploads at the same time.
    const folder = await mkdtemp(join(tmpdir(), "xueshi-left-test-"));
    vi.stubEnv("TMPDIR", folder);
    await allRows(bytes);
    await withFile(bytes, async (path) => {
      for await (const row of readPeopleRows(path, workbookMimeType)) {
        expect(row.rowNumber).toBe(2);
        break;
      }
    });
    await expect(allRows(zipFile(workbookParts("<row>")))).rejects.toMatchObject({
      name: "SpreadsheetError",
    });
    vi.unstubAllEnvs();
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
