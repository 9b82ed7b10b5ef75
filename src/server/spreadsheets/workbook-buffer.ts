import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import ExcelJS from "exceljs";

/** Writes a workbook with the streaming writer, row by row, and returns its bytes. */
export async function workbookBuffer(
  write: (workbook: ExcelJS.stream.xlsx.WorkbookWriter) => Promise<void> | void,
): Promise<Buffer> {
  const stream = new PassThrough();
  const bytes = buffer(stream);
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({
    stream,
    useStyles: true,
    useSharedStrings: false,
  });
  try {
    await write(workbook);
    await workbook.commit();
  } catch (error) {
    stream.destroy();
    await bytes.catch(() => undefined);
    throw error;
  }
  return bytes;
}
