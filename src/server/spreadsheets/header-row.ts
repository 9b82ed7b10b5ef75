import { type PeopleColumn, type PeopleColumnKey, peopleColumns } from "./people-columns.ts";
import { SpreadsheetError } from "./spreadsheet-error.ts";

/** Where each column stands: index in the row, from 0. */
export type ColumnPlaces = ReadonlyMap<number, PeopleColumn>;

/**
 * Recognises the heading row of an import: the order does not matter, a star is ignored, unknown columns are
 * skipped (the failure reasons of a corrected file, notes of the user). Undefined when the row is no heading;
 * an error when it is one but a required column is missing or one stands twice.
 */
export function readHeader(cells: readonly string[]): ColumnPlaces | undefined {
  const places = new Map<number, PeopleColumn>();
  const seen = new Set<PeopleColumnKey>();
  cells.forEach((cell, index) => {
    const title = cell.replaceAll(/[\s*＊]/g, "");
    const column = peopleColumns.find((candidate) => candidate.header === title);
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
  const missing = peopleColumns.filter((column) => column.required && !seen.has(column.key));
  if (missing.length > 0) throw noHeader(missing);
  return places;
}

/** The error of a file without the columns that an import needs. */
export function noHeader(
  missing: readonly PeopleColumn[] = peopleColumns.filter((column) => column.required),
): SpreadsheetError {
  const names = missing.map((column) => `“${column.header}”`).join("、");
  return new SpreadsheetError("spreadsheet.no_header", `表头缺少${names}列，请使用平台提供的模板填写`);
}
