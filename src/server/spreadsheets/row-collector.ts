import { cleanCell } from "./clean-cell.ts";
import { type ColumnPlaces, noHeader, readHeader } from "./header-row.ts";
import type { SheetColumn, SheetRow } from "./sheet-columns.ts";
import { SpreadsheetError } from "./spreadsheet-error.ts";

/** A row as the program read it: the number that the user sees, the texts from column A on. */
export interface RawRow {
  rowNumber: number;
  cells: readonly RawCell[];
}

/** The text of a cell, and what is wrong with it when the program had to guess. */
export interface RawCell {
  text: string;
  problem?: string;
}

export interface RowLimits {
  rows: number;
  columns: number;
}

const headerSearchRows = 10;

/** Turns the raw rows of one sheet into filled rows: finds the heading, skips empty rows, keeps the limits. */
export class RowCollector<Key extends string> {
  readonly #limits: RowLimits;
  readonly #columns: readonly SheetColumn<Key>[];
  #places: ColumnPlaces<Key> | undefined;
  #searched = 0;
  #found = 0;

  constructor(limits: RowLimits, columns: readonly SheetColumn<Key>[]) {
    this.#limits = limits;
    this.#columns = columns;
  }

  /** True once the heading row has been seen. */
  get hasHeader(): boolean {
    return this.#places !== undefined;
  }

  /** True when the sheet can no longer be the one with the data: no heading in its first rows. */
  get isHopeless(): boolean {
    return this.#places === undefined && this.#searched >= headerSearchRows;
  }

  /** Called before the first row of each sheet. */
  startSheet(): void {
    this.#searched = 0;
  }

  /** What this row holds, or undefined for the heading, what is above it, and empty rows. */
  accept(row: RawRow): SheetRow<Key> | undefined {
    const texts = row.cells.map((cell) => cell.text);
    if (texts.every((text) => text.trim() === "")) return undefined;
    this.#checkWidth(row, texts);
    if (this.#places === undefined) {
      this.#searched += 1;
      this.#places = readHeader(texts, this.#columns);
      return undefined;
    }
    const filled = filledRow(row, this.#columns, this.#places);
    if (filled === undefined) return undefined;
    this.#found += 1;
    if (this.#found > this.#limits.rows) {
      throw new SpreadsheetError(
        "spreadsheet.too_many_rows",
        `数据超过 ${this.#limits.rows} 行，请拆分后分批导入`,
      );
    }
    return filled;
  }

  /** Called after the last row of the last sheet: `spreadsheet.no_header` when no heading was found. */
  finish(): void {
    if (this.#places !== undefined) return;
    throw noHeader(this.#columns.filter(({ required }) => required));
  }

  #checkWidth(row: RawRow, texts: readonly string[]): void {
    const last = texts.findLastIndex((text) => text.trim() !== "");
    if (last < this.#limits.columns) return;
    throw new SpreadsheetError(
      "spreadsheet.too_many_columns",
      `第 ${row.rowNumber} 行超过 ${this.#limits.columns} 列，请使用平台提供的模板填写`,
    );
  }
}

function filledRow<Key extends string>(
  row: RawRow,
  columns: readonly SheetColumn<Key>[],
  places: ColumnPlaces<Key>,
): SheetRow<Key> | undefined {
  const cells = Object.fromEntries(columns.map(({ key }) => [key, ""])) as Record<Key, string>;
  const problems: string[] = [];
  for (const [index, column] of places) {
    const cell = row.cells[index];
    if (cell === undefined) continue;
    cells[column.key] = cleanCell(cell.text, column.kind);
    if (cell.problem !== undefined) problems.push(`${column.header}：${cell.problem}`);
  }
  // Only columns that are not ours are filled: notes of the user, old failure reasons.
  if (Object.values(cells).every((text) => text === "")) return undefined;
  return { rowNumber: row.rowNumber, cells, problems };
}
