import ExcelJS from "exceljs";
import { describe, expect, it } from "vitest";
import { importLimits } from "../../../src/server/spreadsheets/read-sheet-rows.ts";
import { writePeopleTemplate } from "../../../src/server/spreadsheets/write-people-template.ts";
import { parsedRows, requiredHeaders } from "./files.ts";

const person = ["王芳", "410101199001011234", "13800138000", "否"];

async function workbook(fill: (sheet: ExcelJS.Worksheet) => void): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  fill(book.addWorksheet("表"));
  return Buffer.from(await book.xlsx.writeBuffer());
}

function codeOf(code: string) {
  return { name: "SpreadsheetError", code, message: expect.stringMatching(/\p{Script=Han}/u) };
}

describe("a workbook", () => {
  it("is read by its headings, in any order, with stars and foreign columns, empty rows skipped", async () => {
    const bytes = await workbook((sheet) => {
      sheet.addRow(["失败原因", "手机号码*", "身份证号 *", "备忘", "姓名＊", "是否会计人员"]);
      sheet.addRow(["旧的原因", "13800138000", "410101199001011234", "看看", "王芳", "否"]);
      sheet.addRow([]);
      sheet.addRow(["只有备注"]);
      sheet.addRow(["", "13900139000", "410101199001015678", "", "李 雷", "是"]);
    });
    const rows = await parsedRows(bytes);
    expect(
      rows.map(({ rowNumber, cells, problems }) => [rowNumber, cells.name, cells.idNumber, problems]),
    ).toEqual([
      [2, "王芳", "410101199001011234", []],
      [5, "李 雷", "410101199001015678", []],
    ]);
    expect(rows[0]?.cells).toMatchObject({ phone: "13800138000", isAccountant: "否", email: "" });
  });

  it("gives every part each time: in our template, texts and names lie behind three sheets", async () => {
    const book = new ExcelJS.Workbook();
    await book.xlsx.load((await writePeopleTemplate()) as unknown as ExcelJS.Buffer);
    book.worksheets[0]?.addRow(person);
    const bytes = Buffer.from(await book.xlsx.writeBuffer());
    // exceljs's own way through the archive lost them in one reading of thirty, and of six on a busy machine.
    for (let time = 0; time < 150; time++) {
      const rows = await parsedRows(bytes);
      expect([time, rows.length]).toEqual([time, 1]);
    }
  });

  it("takes numbers, dates, formula results, links, rich text and booleans as people see them", async () => {
    const bytes = await workbook((sheet) => {
      sheet.addRow([...requiredHeaders, "取得时间", "工作年月", "电子邮箱", "所属部门"]);
      const row = sheet.addRow(["", "41010119900101123x", 13800138000, true]);
      row.getCell(1).value = { richText: [{ text: "王" }, { font: { bold: true }, text: "芳" }] };
      row.getCell(5).value = new Date(Date.UTC(2018, 6, 1));
      row.getCell(5).numFmt = "yyyy/m/d";
      row.getCell(6).value = new Date(Date.UTC(2010, 6, 1));
      row.getCell(6).numFmt = "yyyy年m月";
      row.getCell(7).value = { text: "wang@example.com", hyperlink: "mailto:wang@example.com" };
      row.getCell(8).value = { formula: 'A2&"部"', result: "检测部" };
    });
    const [row] = await parsedRows(bytes);
    expect(row?.problems).toEqual([]);
    expect(row?.cells).toMatchObject({
      name: "王芳",
      idNumber: "41010119900101123X",
      phone: "13800138000",
      isAccountant: "是",
      titleObtainedOn: "2018-07-01",
      workStartedOn: "2010-07",
      email: "wang@example.com",
      department: "检测部",
    });
  });

  it("names a number that has lost its last digits, and an error value", async () => {
    const bytes = await workbook((sheet) => {
      sheet.addRow(requiredHeaders);
      const row = sheet.addRow(["王芳", Number("410101199001011234"), "13800138000", "否"]);
      row.getCell(1).value = { error: "#N/A" } as ExcelJS.CellErrorValue;
    });
    const [row] = await parsedRows(bytes);
    expect(row?.problems).toHaveLength(2);
    expect(row?.problems.join()).toMatch(/姓名：.*错误值.*身份证号：.*数字格式/);
  });

  it("finds the heading below a title and on a later sheet", async () => {
    const book = new ExcelJS.Workbook();
    const notes = book.addWorksheet("说明");
    for (let index = 0; index < 30; index += 1) notes.addRow([`说明${index}`]);
    const data = book.addWorksheet("数据");
    data.addRow(["某单位人员名单"]);
    data.addRow(requiredHeaders);
    data.addRow(person);
    const rows = await parsedRows(Buffer.from(await book.xlsx.writeBuffer()));
    expect(rows.map((row) => [row.rowNumber, row.cells.name])).toEqual([[3, "王芳"]]);
  });

  it("says which column is missing, and when one stands twice", async () => {
    const missing = await workbook((sheet) => sheet.addRow(["姓名", "身份证号"]));
    await expect(parsedRows(missing)).rejects.toMatchObject({
      ...codeOf("spreadsheet.no_header"),
      message: expect.stringMatching(/“手机号码”、“是否会计人员”/),
    });
    const twice = await workbook((sheet) => sheet.addRow([...requiredHeaders, "姓名*"]));
    await expect(parsedRows(twice)).rejects.toMatchObject(codeOf("spreadsheet.duplicate_header"));
    const empty = await workbook(() => undefined);
    await expect(parsedRows(empty)).rejects.toMatchObject(codeOf("spreadsheet.no_header"));
  });

  it("reads up to the limit of rows and refuses one more, after those before it", async () => {
    const limits = { ...importLimits, rows: 3 };
    const bytes = (count: number) =>
      workbook((sheet) => {
        sheet.addRow(requiredHeaders);
        for (let index = 0; index < count; index += 1) sheet.addRow(person);
      });
    expect(await parsedRows(await bytes(3), "xlsx", limits)).toHaveLength(3);
    await expect(parsedRows(await bytes(4), "xlsx", limits)).rejects.toMatchObject({
      ...codeOf("spreadsheet.too_many_rows"),
      message: expect.stringContaining("3 行"),
    });
  });

  it("takes 64 columns and refuses 65", async () => {
    const wide = (count: number) =>
      workbook((sheet) => {
        sheet.addRow([...requiredHeaders, ...Array.from({ length: count - 4 }, (_, index) => `列${index}`)]);
        sheet.addRow(person);
      });
    expect(await parsedRows(await wide(64))).toHaveLength(1);
    await expect(parsedRows(await wide(65))).rejects.toMatchObject(codeOf("spreadsheet.too_many_columns"));
  });
});

describe("a CSV file", () => {
  const text = `${requiredHeaders.join(",")}\r\n${person.join(",")}\r\n"李,雷",'410101199001015678,13900139000,是\r\n`;

  it.each([
    ["UTF-8", Buffer.from(text)],
    ["UTF-8 with a mark", Buffer.from(`\ufeff${text}`)],
    ["UTF-16", Buffer.from(`\ufeff${text}`, "utf16le")],
    ["semicolons", Buffer.from(text.replaceAll(/,(?!雷)/g, ";"))],
    ["tabs", Buffer.from(text.replaceAll(/,(?!雷)/g, "\t"))],
  ])("is read in %s", async (_, bytes) => {
    const rows = await parsedRows(bytes, "csv");
    expect(rows.map((row) => [row.rowNumber, row.cells.name, row.cells.idNumber])).toEqual([
      [2, "王芳", "410101199001011234"],
      [3, "李,雷", "410101199001015678"],
    ]);
  });

  it("is read as GBK when it is no UTF-8", async () => {
    // 姓名,身份证号,手机号码,是否会计人员 / 王芳,… in GBK, as Excel on Chinese Windows saves it.
    const gbk = Buffer.from(
      "d0d5c3fb2cc9edb7ddd6a4bac52ccad6bbfabac5c2eb2ccac7b7f1bbe1bcc6c8cbd4b10d0acdf5b7bc2c3431303130313139393030313031313233342c31333830303133383030302cb7f10d0a",
      "hex",
    );
    const rows = await parsedRows(gbk, "csv");
    expect(rows.map((row) => row.cells)).toMatchObject([
      { name: "王芳", idNumber: "410101199001011234", isAccountant: "否" },
    ]);
  });

  it("fails in words when a quotation mark never ends", async () => {
    const open = `${requiredHeaders.join(",")}\n"${"王".repeat(70_000)}\n`;
    await expect(parsedRows(open, "csv")).rejects.toMatchObject(codeOf("spreadsheet.unreadable"));
  });

  it("keeps the limits", async () => {
    const limits = { ...importLimits, rows: 1 };
    await expect(parsedRows(text, "csv", limits)).rejects.toMatchObject(codeOf("spreadsheet.too_many_rows"));
  });
});
