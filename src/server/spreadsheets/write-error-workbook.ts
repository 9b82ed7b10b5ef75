import { guardFormula } from "./formula-guard.ts";
import { type PeopleCells, peopleColumns, type PeopleLists, peopleLists } from "./people-columns.ts";
import { addFilledSheet, addListSheet } from "./filled-sheet.ts";
import { workbookBuffer } from "./workbook-buffer.ts";

/** A row that could not be imported: where it stood, what it held, why. */
export interface FailedPeopleRow {
  rowNumber: number;
  cells: PeopleCells;
  reason: string;
}

/**
 * The failure file (IMP-02): the reason first, then the columns of the template with what was typed, so that
 * it can be corrected and uploaded again as it is. Texts that could run as formulas are guarded (IMP-09);
 * the reader takes the guard off again.
 */
export async function writeErrorWorkbook(
  rows: Iterable<FailedPeopleRow> | AsyncIterable<FailedPeopleRow>,
  lists: PeopleLists = peopleLists(),
): Promise<Buffer> {
  return workbookBuffer(async (workbook) => {
    const layout = { name: "人员信息", columns: peopleColumns, lists };
    const sheet = addFilledSheet(workbook, layout, { header: "失败原因", width: 36 });
    for await (const row of rows) {
      const texts = peopleColumns.map((column) => guardFormula(row.cells[column.key] ?? ""));
      sheet.addRow([guardFormula(`第${row.rowNumber}行：${row.reason}`), ...texts]).commit();
    }
    sheet.commit();
    addListSheet(workbook, layout);
  });
}
