import type { Readable } from "node:stream";
import ExcelJS from "exceljs";
import yauzl, { type Entry } from "yauzl";

type Worksheet = ExcelJS.stream.xlsx.WorksheetReader;

/** The parts that exceljs's streaming reader is made of (4.4.0; its typings name none of them). */
interface PartReader {
  _parseRels(part: Readable): Promise<void>;
  _parseWorkbook(part: Readable): Promise<void>;
  _parseSharedStrings(part: Readable): AsyncIterable<unknown>;
  _parseStyles(part: Readable): Promise<void>;
  _parseWorksheet(part: Readable, number: string): Iterable<{ value: Worksheet }>;
}

const worksheetPath = /^xl\/worksheets\/sheet(\d+)\.xml$/;

/**
 * The worksheets of a workbook, in the order of its directory, each to be read row by row before the next one is asked
 * for. exceljs parses them; the archive is opened here, part by part as they need each other. Its own way, from front
 * to back through unzipper, loses the last parts of one file in six on a busy machine: with them the texts of cells.
 */
export async function* worksheetsOf(path: string): AsyncGenerator<Worksheet> {
  const archive = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false });
  try {
    const entries: Entry[] = [];
    for await (const entry of archive.eachEntry()) entries.push(entry);
    const reader = await readerOf(path, async (name) => {
      const entry = entries.find(({ fileName }) => fileName === name);
      return entry === undefined ? null : await archive.openReadStreamPromise(entry);
    });
    for (const entry of entries) {
      const number = worksheetPath.exec(entry.fileName)?.[1];
      if (number === undefined) continue;
      const part = await archive.openReadStreamPromise(entry);
      for (const { value } of reader._parseWorksheet(part, number)) yield value;
    }
  } finally {
    archive.close();
  }
}

/** A reader that knows all that worksheets refer to: sheets' names, formats, texts. */
async function readerOf(path: string, open: (name: string) => Promise<Readable | null>): Promise<PartReader> {
  const options = { worksheets: "emit", sharedStrings: "cache", styles: "cache" } as const;
  const reader = new ExcelJS.stream.xlsx.WorkbookReader(path, options) as unknown as PartReader;
  const workbook = await open("xl/workbook.xml");
  if (workbook !== null) await reader._parseWorkbook(workbook);
  const relations = await open("xl/_rels/workbook.xml.rels");
  if (relations !== null) await reader._parseRels(relations);
  const styles = await open("xl/styles.xml");
  if (styles !== null) await reader._parseStyles(styles);
  const texts = await open("xl/sharedStrings.xml");
  // Kept by the reader; it gives them out one by one only where asked to.
  if (texts !== null) for await (const text of reader._parseSharedStrings(texts)) void text;
  return reader;
}
