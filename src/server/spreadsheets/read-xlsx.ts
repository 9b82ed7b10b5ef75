import type ExcelJS from "exceljs";
import type { RawCell, RawRow, RowCollector } from "./row-collector.ts";
import type { SheetRow } from "./sheet-columns.ts";
import { worksheetsOf } from "./worksheets.ts";

/** Numbers from here on have lost digits: spreadsheet programs keep fifteen. */
const exactNumberLimit = 1e15;

/**
 * The rows of the first sheet that has the heading, row by row. Runs in the reading worker, after the
 * preflight: exceljs itself has no limits.
 */
export async function* readXlsx<Key extends string>(
  path: string,
  collector: RowCollector<Key>,
): AsyncGenerator<SheetRow<Key>> {
  for await (const sheet of worksheetsOf(path)) {
    collector.startSheet();
    for await (const row of sheet) {
      if (collector.isHopeless) break;
      const filled = collector.accept(rawRow(row));
      if (filled !== undefined) yield filled;
    }
    if (collector.hasHeader) break;
  }
  collector.finish();
}

function rawRow(row: ExcelJS.Row): RawRow {
  const cells: RawCell[] = [];
  row.eachCell({ includeEmpty: false }, (cell, column) => {
    cells[column - 1] = rawCell(cell.value);
  });
  // Cells between the filled ones do not exist; a plain loop over the row must find them empty.
  return { rowNumber: row.number, cells: Array.from(cells, (cell) => cell ?? { text: "" }) };
}

function rawCell(value: ExcelJS.CellValue): RawCell {
  if (value === null || value === undefined) return { text: "" };
  if (typeof value === "number") return numberCell(value);
  if (typeof value === "boolean") return { text: value ? "是" : "否" };
  if (value instanceof Date) return { text: dateText(value) };
  return typeof value === "object" ? objectCell(value) : { text: value };
}

function objectCell(value: Exclude<ExcelJS.CellValue, Date | number | string | boolean | null | undefined>) {
  if ("error" in value) return { text: "", problem: "单元格中是错误值，请改为正确内容" };
  if ("richText" in value) return { text: value.richText.map((part) => part.text ?? "").join("") };
  if ("text" in value) return { text: String(value.text) };
  // A formula: what it last showed counts, the formula itself is never run.
  return "result" in value
    ? rawCell(value.result ?? null)
    : { text: "", problem: "单元格中是没有结果的公式" };
}

function numberCell(value: number): RawCell {
  if (Number.isNaN(value)) return { text: "", problem: "单元格内容无法识别" };
  const text = value.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 6 });
  if (Math.abs(value) < exactNumberLimit) return { text };
  return { text, problem: "以数字格式存储，末几位已丢失，请将该列设为文本格式后重新填写" };
}

/** Spreadsheet dates have no zone: exceljs gives them as UTC. */
function dateText(value: Date): string {
  return Number.isNaN(value.getTime()) ? "" : value.toISOString().slice(0, 10);
}
