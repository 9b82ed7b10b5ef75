import type { SheetColumn } from "./sheet-columns.ts";
import { SpreadsheetError } from "./spreadsheet-error.ts";

/** Where each column stands: index in the row, from 0. */
export type ColumnPlaces<Key extends string> = ReadonlyMap<number, SheetColumn<Key>>;

/**
 * Recognises the heading row of an import: the order does not matter, a star is ignored, unknown columns are
 * skipped (the failure reasons of a corrected file, notes of the user). Undefined when the row is no heading;
 * an error when it is one but a required column is missing or one stands twice.
 */
export function readHeader<Key extends string>(
  cells: readonly string[],
  columns: readonly SheetColumn<Key>[],
): ColumnPlaces<Key> | undefined {
  const places = new Map<number, SheetColumn<Key>>();
  const seen = new Set<string>();
  cells.forEach((cell, index) => {
    const title = cell.replaceAll(/[\s*＊]/g, "");
    const column = columns.find((candidate) => candidate.header === title);
    if (column === undefined) return;
    if (seen.has(column.key)) {
      throw new SpreadsheetError(
        "spreadsheet.duplicate_header",
        `表头“${column.header}”重复，请删除多余的列`,
      );
    }
    seen.add(column.key);
    places.set(index, column);
  });
  if (!seen.has("name") && !seen.has("idNumber")) return undefined;
  const missing = columns.filter((column) => column.required && !seen.has(column.key));
  if (missing.length > 0) throw noHeader(missing);
  return places;
}

/** The error of a file without the columns that it needs. */
export function noHeader(missing: readonly SheetColumn[]): SpreadsheetError {
  const names = missing.map((column) => `“${column.header}”`).join("、");
  return new SpreadsheetError("spreadsheet.no_header", `表头缺少${names}列，请使用平台提供的模板填写`);
}
