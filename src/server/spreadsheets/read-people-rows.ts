import { type ReadOptions, readSheetRows } from "./read-sheet-rows.ts";
import type { PeopleColumnKey } from "./people-columns.ts";
import type { SheetRow } from "./sheet-columns.ts";

/** One person of an import. */
export type PeopleRow = SheetRow<PeopleColumnKey>;

/** The people in an uploaded file (IMP-03); errors as `readSheetRows`. */
export function readPeopleRows(
  path: string,
  mimeType: string,
  options: ReadOptions = {},
): AsyncGenerator<PeopleRow, void, undefined> {
  return readSheetRows("people", { path, mimeType }, options);
}
