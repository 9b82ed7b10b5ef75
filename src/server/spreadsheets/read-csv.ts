import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { parse } from "csv-parse";
import type { RawRow, RowCollector } from "./row-collector.ts";
import type { SheetRow } from "./sheet-columns.ts";
import { SpreadsheetError } from "./spreadsheet-error.ts";

const chunkBytes = 64 * 1024;
/** One cell is never longer; an unclosed quotation mark would swallow the whole file. */
const maxRecordCharacters = 64 * 1024;

/** The rows of a CSV file: UTF-8, UTF-16 or GB 18030, separated by comma, semicolon or tab. */
export async function* readCsv<Key extends string>(
  path: string,
  collector: RowCollector<Key>,
): AsyncGenerator<SheetRow<Key>> {
  const bytes = await readFile(path);
  const text = Readable.from(decodeInParts(bytes));
  const parser = text.pipe(
    parse({
      delimiter: csvDelimiter(bytes),
      bom: true,
      relaxColumnCount: true,
      relaxQuotes: true,
      info: true,
      maxRecordSize: maxRecordCharacters,
    }),
  );
  try {
    for await (const record of parser) {
      const filled = collector.accept(rawRow(record));
      if (filled !== undefined) yield filled;
      if (collector.isHopeless) break;
    }
  } catch (error) {
    if (error instanceof SpreadsheetError) throw error;
    throw new SpreadsheetError(
      "spreadsheet.unreadable",
      "CSV 文件格式有误（例如引号没有成对），请用模板填写后另存为 CSV 或 Excel",
      error,
    );
  }
  collector.finish();
}

/** Excel writes UTF-8 with a mark, UTF-16 ("Unicode text"), or on Chinese Windows GBK without any mark. */
export function csvEncoding(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" | "gb18030" {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return "utf-8";
  } catch {
    return "gb18030";
  }
}

function csvDelimiter(bytes: Uint8Array): string {
  const start = new TextDecoder(csvEncoding(bytes)).decode(bytes.subarray(0, chunkBytes));
  const header =
    start.split(/\r?\n/).find((line) => line.includes("姓名") || line.includes("身份证号")) ?? "";
  const counts = [",", ";", "\t"].map((mark) => ({ mark, count: header.split(mark).length }));
  counts.sort((a, b) => b.count - a.count);
  return counts[0]?.mark ?? ",";
}

function* decodeInParts(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder(csvEncoding(bytes));
  for (let from = 0; from < bytes.byteLength; from += chunkBytes) {
    yield decoder.decode(bytes.subarray(from, from + chunkBytes), { stream: true });
  }
  yield decoder.decode();
}

function rawRow(value: unknown): RawRow {
  if (typeof value !== "object" || value === null || !("record" in value) || !Array.isArray(value.record)) {
    throw new TypeError("csv-parse gave no record");
  }
  const { info, record } = value as { info?: { lines?: number }; record: unknown[] };
  return { rowNumber: info?.lines ?? 0, cells: record.map((cell) => ({ text: String(cell) })) };
}
