import type ExcelJS from "exceljs";
import { addFilledSheet, addListSheet, type SheetLayout } from "./filled-sheet.ts";
import { workbookBuffer } from "./workbook-buffer.ts";

/** What the sheet of instructions says, beside a line for each column. */
export interface Instructions {
  title: string;
  notes: readonly string[];
}

/**
 * A workbook to fill in: the sheet for the rows, a sheet of instructions, and the lists of the drop-downs on a hidden
 * sheet.
 */
export async function writeTemplate(layout: SheetLayout, instructions: Instructions): Promise<Buffer> {
  return workbookBuffer((workbook) => {
    addFilledSheet(workbook, layout).commit();
    addInstructions(workbook, layout, instructions);
    addListSheet(workbook, layout);
  });
}

function addInstructions(
  workbook: ExcelJS.stream.xlsx.WorkbookWriter,
  { columns, lists }: SheetLayout,
  { title, notes }: Instructions,
): void {
  const sheet = workbook.addWorksheet("填写说明");
  sheet.columns = [{ width: 16 }, { width: 10 }, { width: 60 }, { width: 40 }];
  const addBold = (values: string[]) => {
    const row = sheet.addRow(values);
    row.font = { bold: true };
    row.commit();
  };
  addBold([title]);
  notes.forEach((note, index) => {
    sheet.addRow([`${index + 1}. ${note}`]).commit();
  });
  sheet.addRow([]).commit();
  addBold(["列名", "是否必填", "填写要求", "可选内容"]);
  for (const column of columns) {
    const choices = lists[column.key] ?? [];
    const shown =
      choices.length > 8 ? `${choices.slice(0, 8).join("、")}等${choices.length}项` : choices.join("、");
    sheet.addRow([column.header, column.required ? "必填" : "选填", column.hint, shown]).commit();
  }
  sheet.commit();
}
