import { type PeopleColumnKey, peopleColumns } from "./people-columns.ts";
import { type RosterColumnKey, rosterColumns } from "./roster-columns.ts";
import type { SheetColumn } from "./sheet-columns.ts";

/** Columns of what can be read from an uploaded file. */
export interface SheetKeys {
  people: PeopleColumnKey;
  roster: RosterColumnKey;
}
export type SheetName = keyof SheetKeys;

export const sheetColumns: { readonly [Name in SheetName]: readonly SheetColumn<SheetKeys[Name]>[] } = {
  people: peopleColumns,
  roster: rosterColumns,
};
