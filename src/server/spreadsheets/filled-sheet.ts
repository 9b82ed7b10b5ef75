import type ExcelJS from "exceljs";
import { type ColumnLists, headerText, type SheetColumn } from "./sheet-columns.ts";

/** The last row that the drop-downs and the formats reach: 50 000 people and the heading. */
const lastRow = 50_001;
const listSheetName = "字典";

const headerFill = { type: "pattern", pattern: "solid", fgColor: { argb: "FF1F4E79" } } as const;
const requiredFill = { type: "pattern", pattern: "solid", fgColor: { argb: "FFB03A2E" } } as const;
const thinLine = { style: "thin", color: { argb: "FFBFBFBF" } } as const;

/** A sheet that people fill in: its name, its columns, and what they may choose from. */
export interface SheetLayout {
  name: string;
  columns: readonly SheetColumn[];
  lists: ColumnLists;
}

/** A column in front of those of the import, for the reasons of a failure file. */
export interface LeadingColumn {
  header: string;
  width: number;
}

/**
 * Adds the sheet that people fill in (IMP-03): a heading that stays in view, every column as text so that no
 * ID number becomes 4.1E+17 (IMP-09), and the drop-downs.
 */
export function addFilledSheet(
  workbook: ExcelJS.stream.xlsx.WorkbookWriter,
  layout: SheetLayout,
  leading?: LeadingColumn,
): ExcelJS.Worksheet {
  const sheet = workbook.addWorksheet(layout.name, {
    views: [{ state: "frozen", xSplit: leading === undefined ? 2 : 3, ySplit: 1 }],
  });
  const first = leading === undefined ? 1 : 2;
  const columns = layout.columns.map((column) => ({ width: column.width, style: { numFmt: "@" } }));
  sheet.columns =
    leading === undefined
      ? columns
      : [{ width: leading.width, style: { numFmt: "@", alignment: { wrapText: true } } }, ...columns];
  const header = sheet.getRow(1);
  header.height = 24;
  if (leading !== undefined) styleHeader(header.getCell(1), leading.header, true);
  layout.columns.forEach((column, index) => {
    styleHeader(header.getCell(first + index), headerText(column), column.required);
    addDropDown(sheet, column, { letter: sheet.getColumn(first + index).letter, layout });
  });
  header.commit();
  return sheet;
}

/** Adds the hidden sheet that the drop-downs refer to: a list in a formula may have 255 characters at most. */
export function addListSheet(workbook: ExcelJS.stream.xlsx.WorkbookWriter, layout: SheetLayout): void {
  const sheet = workbook.addWorksheet(listSheetName, { state: "veryHidden" });
  const columns = listColumns(layout);
  const rows = Math.max(0, ...columns.map(({ values }) => values.length));
  for (let row = 0; row < rows; row += 1) {
    sheet.addRow(columns.map(({ values }) => values[row] ?? null)).commit();
  }
  sheet.commit();
}

function listColumns({ columns, lists }: SheetLayout): { key: string; values: readonly string[] }[] {
  return columns.flatMap(({ key }) => {
    const values = lists[key];
    return values === undefined ? [] : [{ key, values }];
  });
}

function styleHeader(cell: ExcelJS.Cell, text: string, isRequired: boolean): void {
  cell.value = text;
  cell.font = { bold: true, color: { argb: "FFFFFFFF" } };
  cell.fill = isRequired ? requiredFill : headerFill;
  cell.alignment = { horizontal: "center", vertical: "middle" };
  cell.border = { top: thinLine, left: thinLine, bottom: thinLine, right: thinLine };
}

function addDropDown(
  sheet: ExcelJS.Worksheet,
  column: SheetColumn,
  place: { letter: string; layout: SheetLayout },
): void {
  const listed = listColumns(place.layout);
  const index = listed.findIndex(({ key }) => key === column.key);
  const count = listed[index]?.values.length ?? 0;
  if (count === 0) return;
  const listLetter = sheet.getColumn(index + 1).letter;
  validationsOf(sheet).add(`${place.letter}2:${place.letter}${lastRow}`, {
    type: "list",
    allowBlank: !column.required,
    formulae: [`${listSheetName}!$${listLetter}$1:$${listLetter}$${count}`],
    showErrorMessage: true,
    errorTitle: column.header,
    error: `${column.header}请从下拉列表中选择`,
  });
}

interface DataValidations {
  add(range: string, validation: ExcelJS.DataValidation): void;
}

/** exceljs has it on every sheet but not in its types. */
function validationsOf(sheet: ExcelJS.Worksheet): DataValidations {
  const { dataValidations } = sheet as ExcelJS.Worksheet & { dataValidations: DataValidations };
  return dataValidations;
}
