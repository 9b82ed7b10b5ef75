import { describe, expect, it } from "vitest";
import {
  defaultLimits,
  type PreflightLimits,
  preflightSpreadsheet,
  workbookMimeType,
} from "../../../src/server/spreadsheets/preflight.ts";
import { csvMimeType, withFile } from "./files.ts";
import { workbookParts, zipFile } from "./zip-file.ts";

function check(
  bytes: Uint8Array | string,
  mimeType = workbookMimeType,
  limits: Partial<PreflightLimits> = {},
) {
  return withFile(bytes, (path) => preflightSpreadsheet(path, mimeType, { ...defaultLimits, ...limits }));
}

function refused(code: string) {
  return { name: "SpreadsheetError", code, message: expect.stringMatching(/\p{Script=Han}/u) };
}

describe("the preflight of an upload", () => {
  it("passes a plain workbook and a CSV by their content", async () => {
    expect(await check(zipFile(workbookParts("")))).toBe("xlsx");
    expect(await check(zipFile(workbookParts("")), csvMimeType)).toBe("xlsx");
    expect(await check("姓名,身份证号\n", csvMimeType)).toBe("csv");
  });

  it("refuses a file over the size limit", async () => {
    await expect(check("x".repeat(101), csvMimeType, { fileBytes: 100 })).rejects.toMatchObject(
      refused("spreadsheet.too_large"),
    );
    expect(await check("x".repeat(100), csvMimeType, { fileBytes: 100 })).toBe("csv");
  });

  it("refuses a zip bomb even when its headers claim a small size", async () => {
    const bomb = { name: "xl/media/a.xml", data: Buffer.alloc(2_000_000) };
    const limits = { inflatedBytes: 1_000_000 };
    await expect(check(zipFile(workbookParts("", [bomb])), workbookMimeType, limits)).rejects.toMatchObject(
      refused("spreadsheet.inflates_too_much"),
    );
    await expect(
      check(zipFile(workbookParts("", [{ ...bomb, claimedSize: 10 }])), workbookMimeType, limits),
    ).rejects.toMatchObject({ name: "SpreadsheetError" });
    expect(await check(zipFile(workbookParts("", [bomb])))).toBe("xlsx");
  });

  it("counts all entries together, not each alone", async () => {
    const parts = [1, 2, 3].map((index) => ({ name: `xl/p${index}.xml`, data: Buffer.alloc(400_000) }));
    await expect(
      check(zipFile(workbookParts("", parts)), workbookMimeType, { inflatedBytes: 1_000_000 }),
    ).rejects.toMatchObject(refused("spreadsheet.inflates_too_much"));
  });

  it("refuses too many entries", async () => {
    const parts = Array.from({ length: 1_000 }, (_, index) => ({ name: `xl/p${index}.xml`, data: "" }));
    await expect(check(zipFile(workbookParts("", parts)))).rejects.toMatchObject(
      refused("spreadsheet.too_many_entries"),
    );
  });

  it("refuses an archive in the archive, by name and by content", async () => {
    const inner = zipFile([{ name: "a", data: "b" }]);
    for (const part of [
      { name: "xl/embeddings/a.zip", data: "anything" },
      { name: "xl/embeddings/oleObject1.bin", data: inner },
      { name: "xl/embeddings/b.xlsx", data: inner },
    ]) {
      await expect(check(zipFile(workbookParts("", [part])))).rejects.toMatchObject(
        refused("spreadsheet.nested_archive"),
      );
    }
  });

  it("refuses encrypted entries, password-protected workbooks and old .xls", async () => {
    const encrypted = { name: "xl/x.xml", data: "x", encrypted: true };
    await expect(check(zipFile(workbookParts("", [encrypted])))).rejects.toMatchObject(
      refused("spreadsheet.encrypted"),
    );
    const compound = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(512)]);
    await expect(check(compound)).rejects.toMatchObject(refused("spreadsheet.encrypted"));
  });

  it("refuses what is no workbook: another zip, a text named .xlsx, a cut file, binary called CSV", async () => {
    const plainZip = zipFile([{ name: "a.txt", data: "b" }]);
    const whole = zipFile(workbookParts(""));
    const bad: [Uint8Array | string, string][] = [
      [plainZip, workbookMimeType],
      ["姓名,身份证号\n", workbookMimeType],
      [whole.subarray(0, whole.length - 40), workbookMimeType],
      [Buffer.from([1, 0, 2, 0, 3]), csvMimeType],
    ];
    for (const [bytes, mimeType] of bad) {
      await expect(check(bytes, mimeType)).rejects.toMatchObject(refused("spreadsheet.unreadable"));
    }
  });

  it("refuses an entry that the directory does not list, wherever it hides", async () => {
    const secret = { name: "xl/worksheets/sheet2.xml", data: "secret".repeat(50), hidden: true };
    const parts = workbookParts("");
    const layouts = [
      [secret, ...parts],
      [...parts.slice(0, 2), secret, ...parts.slice(2)],
      [...parts, secret],
    ];
    for (const layout of layouts) {
      await expect(check(zipFile(layout))).rejects.toMatchObject(refused("spreadsheet.unreadable"));
    }
  });

  it("refuses two entries of one name", async () => {
    const parts = workbookParts("");
    const again = parts[3];
    if (again === undefined) throw new Error("no sheet");
    await expect(check(zipFile([...parts, again]))).rejects.toMatchObject(refused("spreadsheet.unreadable"));
  });
});
