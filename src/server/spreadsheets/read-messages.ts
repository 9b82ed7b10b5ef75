import type { SpreadsheetKind } from "./preflight.ts";
import type { PeopleRow, RowLimits } from "./row-collector.ts";
import type { SpreadsheetErrorCode } from "./spreadsheet-error.ts";

/** What the reading worker is started with. */
export interface ReadOrder {
  path: string;
  kind: SpreadsheetKind;
  limits: RowLimits;
  batchRows: number;
}

/** `started` once, unasked; then one answer to each request for more. */
export type ReadAnswer =
  | { type: "started" }
  | { type: "rows"; rows: PeopleRow[] }
  | { type: "end" }
  | { type: "failed"; code: SpreadsheetErrorCode; message: string; detail?: string };
