import type { LearningRow, TranscriptView, TranscriptYear } from "./certificate-view.ts";
import { learningColumns } from "./certificate-sheets.ts";
import { remarkMm, type SheetPlace, sheetSeries } from "./sheet-series.ts";
import { splitTable, type WrappingColumn } from "./table-pages.ts";

/** Height for rows in millimetres on the sheets of `templates/transcript`, whose face has no statement. */
const faceRoomMm = 80;
const annexRoomMm = 146;

type YearLine = { isYear: true } & Omit<TranscriptYear, "rows">;
type LearningLine = { isYear: false; year: number } & LearningRow;

/** The sheets of a transcript (PER-16): for each year a line with its sums, then every credited item. */
export function transcriptSheets(view: TranscriptView, place: SheetPlace) {
  const lines = view.years.flatMap(yearLines);
  const room = {
    firstMm: faceRoomMm - remarkMm(view.remark),
    furtherMm: annexRoomMm,
    tightness: place.tightness,
  };
  const { years, ...face } = view;
  const fields = {
    ...face,
    numberLabel: "档案编号",
    yearCount: years.length,
    entryCount: years.reduce((count, year) => count + year.rows.length, 0),
    totalHours: Math.round(years.reduce((total, year) => total + year.totalHours, 0) * 100) / 100,
  };
  return sheetSeries(fields, place, splitTable(lines, lineColumns, room));
}

function yearLines({ rows, ...year }: TranscriptYear): (YearLine | LearningLine)[] {
  return [
    { isYear: true, ...year },
    ...rows.map((row) => ({ isYear: false as const, year: year.year, ...row })),
  ];
}

function lineColumns(line: YearLine | LearningLine): readonly WrappingColumn[] {
  return line.isYear ? [] : learningColumns(line);
}
