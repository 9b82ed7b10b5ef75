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
    const open = (entry: Entry) => archive.openReadStreamPromise(entry);
    const part = (name: string) => entries.find(({ fileName }) => fileName === name);
    const reader = new ExcelJS.stream.xlsx.WorkbookReader(path, {
      worksheets: "emit",
      sharedStrings: "cache",
      styles: "cache",
    }) as unknown as PartReader;
    const [relations, workbook, texts, styles] = [
      part("xl/_rels/workbook.xml.rels"),
      part("xl/workbook.xml"),
      part("xl/sharedStrings.xml"),
      part("xl/styles.xml"),
    ];
    if (workbook !== undefined) await reader._parseWorkbook(await open(workbook));
    if (relations !== undefined) await reader._parseRels(await open(relations));
    if (styles !== undefined) await reader._parseStyles(await open(styles));
    if (texts !== undefined) for await (const _ of reader._parseSharedStrings(await open(texts)));
    for (const entry of entries) {
      const number = worksheetPath.exec(entry.fileName)?.[1];
      if (number === undefined) continue;
      for (const { value } of reader._parseWorksheet(await open(entry), number)) yield value;
    }
  } finally {
    archive.close();
  }
}
