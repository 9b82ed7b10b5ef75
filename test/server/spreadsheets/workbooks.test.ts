import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import ExcelJS from "exceljs";
import { describe, expect, it } from "vitest";
import yauzl from "yauzl";
import {
  type PeopleCells,
  peopleColumns,
  peopleLists,
} from "../../../src/server/spreadsheets/people-columns.ts";
import { headerText } from "../../../src/server/spreadsheets/sheet-columns.ts";
import { writeErrorWorkbook } from "../../../src/server/spreadsheets/write-error-workbook.ts";
import { writePeopleTemplate } from "../../../src/server/spreadsheets/write-people-template.ts";
import { allRows, parsedRows } from "./files.ts";
import { textRow, zipFile } from "./zip-file.ts";

/** The parts of a workbook as texts. */
async function unzipped(bytes: Buffer): Promise<Map<string, string>> {
  const parts = new Map<string, string>();
  const archive = await yauzl.fromBufferPromise(bytes, { lazyEntries: true });
  for await (const entry of archive.eachEntry()) {
    parts.set(entry.fileName, await text(await archive.openReadStreamPromise(entry)));
  }
  return parts;
}

/** Loads all but the drop-downs: exceljs unfolds each of their ranges into 50 000 cells. */
async function loadSheets(bytes: Buffer): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.read(Readable.from([bytes]), { ignoreNodes: ["dataValidations"] });
  return book;
}

function sheetOf(book: ExcelJS.Workbook, name: string): ExcelJS.Worksheet {
  const sheet = book.getWorksheet(name);
  if (sheet === undefined) throw new Error(`no sheet ${name}`);
  return sheet;
}

const cells: Required<PeopleCells> = {
  name: "王芳",
  idNumber: "410101199001011234",
  sex: "女",
  nation: "汉族",
  phone: "13800138000",
  email: "wang@example.com",
  department: "检测部",
  education: "本科",
  degree: "学士",
  school: "示范大学",
  major: "土木工程",
  titleSeries: "工程技术人员",
  titleLevel: "中级",
  titleName: "工程师",
  titleObtainedOn: "2018-07-01",
  isAccountant: "否",
  workStartedOn: "2010-07",
};

describe("the template", () => {
  it("has the columns of IMP-03 in order, as text, the required ones starred", async () => {
    const sheet = sheetOf(await loadSheets(await writePeopleTemplate()), "人员信息");
    const headers = peopleColumns.map((_, index) => sheet.getRow(1).getCell(index + 1).value);
    expect(headers).toEqual([
      ..."姓名* 身份证号* 性别 民族 手机号码* 电子邮箱 所属部门 学历 学位 毕业院校 所学专业".split(" "),
      ..."职称系列 职称级别 职称名称 取得时间 是否会计人员* 工作年月".split(" "),
    ]);
    expect(headers).toEqual(peopleColumns.map(headerText));
    peopleColumns.forEach((_, index) => expect(sheet.getColumn(index + 1).numFmt).toBe("@"));
  });

  it("offers exactly the dictionary's values in each drop-down, down to the last row, from a hidden sheet", async () => {
    const bytes = await writePeopleTemplate();
    const lists = sheetOf(await loadSheets(bytes), "字典");
    expect(lists.state).toBe("veryHidden");
    const rule = /sqref="([A-Z])2:\1(\d+)"[^>]*>(?:<formula1>)字典!\$([A-Z])\$1:\$\3\$(\d+)<\/formula1>/g;
    const sheetXml = (await unzipped(bytes)).get("xl/worksheets/sheet1.xml") ?? "";
    const offered: Record<string, unknown[]> = {};
    for (const [, letter = "", last, listLetter = "", count] of sheetXml.matchAll(rule)) {
      const key = peopleColumns[letter.charCodeAt(0) - 65]?.key ?? letter;
      expect(last).toBe("50001");
      offered[key] = Array.from(
        { length: Number(count) },
        (_, at) => lists.getCell(`${listLetter}${at + 1}`).value,
      );
    }
    expect(offered).toEqual(peopleLists());
    expect(peopleLists().nation).toHaveLength(56);
  });

  it("explains every column", async () => {
    const sheet = sheetOf(await loadSheets(await writePeopleTemplate()), "填写说明");
    const named: unknown[] = [];
    sheet.eachRow((row) => named.push(row.getCell(1).value));
    for (const column of peopleColumns) expect(named).toContain(column.header);
  });

  it("imports when filled in", async () => {
    const parts = await unzipped(await writePeopleTemplate());
    const filled = textRow(
      2,
      peopleColumns.map((column) => cells[column.key]),
    );
    const sheet = parts.get("xl/worksheets/sheet1.xml") ?? "";
    parts.set("xl/worksheets/sheet1.xml", sheet.replace("</sheetData>", `${filled}</sheetData>`));
    const rows = await allRows(zipFile([...parts].map(([name, data]) => ({ name, data }))));
    expect(rows).toEqual([{ rowNumber: 2, cells, problems: [] }]);
  });
});

describe("the failure file", () => {
  it("says why first and imports again as it is, with the same contents", async () => {
    const hostile = { ...cells, name: "=HYPERLINK(1)", department: "-", school: "@中心", major: " ＋1" };
    const bytes = await writeErrorWorkbook([
      { rowNumber: 7, cells, reason: "身份证号校验码错误" },
      { rowNumber: 9, cells: hostile, reason: "姓名不能包含控制字符" },
    ]);
    const sheet = sheetOf(await loadSheets(bytes), "人员信息");
    expect(sheet.getCell("A1").value).toBe("失败原因");
    expect(sheet.getCell("A2").value).toBe("第7行：身份证号校验码错误");
    expect(sheet.getCell("B3").value).toBe("'=HYPERLINK(1)");
    expect(sheet.getCell("C2").numFmt).toBe("@");

    const rows = await parsedRows(bytes);
    expect(rows.map((row) => row.cells)).toEqual([cells, { ...hostile, major: "＋1" }]);
  });

  it("has no cell that starts as a formula", async () => {
    const starts = ["=1", "+1", "-1", "@a", "\t=1", "\r=1", " =1"];
    const bytes = await writeErrorWorkbook(
      starts.map((text, index) => ({
        rowNumber: index + 2,
        cells: Object.fromEntries(Object.keys(cells).map((key) => [key, text])) as PeopleCells,
        reason: text,
      })),
    );
    const sheet = sheetOf(await loadSheets(bytes), "人员信息");
    let seen = 0;
    sheet.eachRow((row, rowNumber) => {
      if (rowNumber === 1) return;
      row.eachCell((cell) => {
        seen += 1;
        expect(typeof cell.value).toBe("string");
        expect(cell.text).not.toMatch(/^\s*[=+\-@]/);
      });
    });
    expect(seen).toBe(starts.length * (peopleColumns.length + 1));
  });
});
