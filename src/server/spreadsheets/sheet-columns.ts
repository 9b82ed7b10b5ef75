/** How a cell is cleaned before anybody checks it: see `clean-cell.ts`. */
export type CellKind = "text" | "code" | "date" | "month";

/** One column of a sheet that users fill in. */
export interface SheetColumn<Key extends string = string> {
  key: Key;
  header: string;
  required: boolean;
  kind: CellKind;
  /** Width in the workbook, in characters. */
  width: number;
  hint: string;
}

/** One filled row: every column is present, empty ones as "". */
export interface SheetRow<Key extends string = string> {
  /** as the user sees it */
  rowNumber: number;
  cells: Record<Key, string>;
  /** What is already known to be wrong, in Chinese: lost digits, formula errors. */
  problems: string[];
}

/** The values that a template offers in a drop-down, by column. */
export type ColumnLists<Key extends string = string> = Partial<Record<Key, readonly string[]>>;

/** The heading as printed: required columns carry a star. */
export function headerText(column: SheetColumn): string {
  return column.required ? `${column.header}*` : column.header;
}
