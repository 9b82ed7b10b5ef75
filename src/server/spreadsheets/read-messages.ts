import type { SpreadsheetKind } from "./preflight.ts";
import type { RowLimits } from "./row-collector.ts";
import type { SheetRow } from "./sheet-columns.ts";
import type { SheetName } from "./sheets.ts";
import type { SpreadsheetErrorCode } from "./spreadsheet-error.ts";

/** What the reading worker is started with. */
export interface ReadOrder {
  sheet: SheetName;
  path: string;
  kind: SpreadsheetKind;
  limits: RowLimits;
  batchRows: number;
}

/** `started` once, unasked; then one answer to each request for more. */
export type ReadAnswer<Key extends string = string> =
  | { type: "started" }
  | { type: "rows"; rows: SheetRow<Key>[] }
  | { type: "end" }
  | { type: "failed"; code: SpreadsheetErrorCode; message: string; detail?: string };
