import { guardFormula } from "./formula-guard.ts";
import { workbookBuffer } from "./workbook-buffer.ts";

/** One column of an exported list; `width` in characters. Texts stay texts, numbers can be added up. */
export interface RecordColumn<Row> {
  header: string;
  width: number;
  value: (row: Row) => string | number | null;
}

/**
 * A list as a workbook (AUD-08): a heading that stays in view, then a line a record, written as they are read. Texts
 * that could run as formulas are guarded (IMP-09).
 */
export async function writeRecordWorkbook<Row>(
  name: string,
  columns: readonly RecordColumn<Row>[],
  rows: AsyncIterable<Row>,
): Promise<Buffer> {
  return await workbookBuffer(async (workbook) => {
    const sheet = workbook.addWorksheet(name, { views: [{ state: "frozen", ySplit: 1 }] });
    sheet.columns = columns.map(({ width }) => ({ width }));
    const header = sheet.addRow(columns.map((column) => column.header));
    header.font = { bold: true };
    header.commit();
    for await (const row of rows) {
      sheet.addRow(columns.map(({ value }) => guarded(value(row)))).commit();
    }
    sheet.commit();
  });
}

function guarded(value: string | number | null): string | number | null {
  return typeof value === "string" ? guardFormula(value) : value;
}
