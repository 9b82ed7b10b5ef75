import type { MergedCertificateView, MergedYearRow } from "./certificate-view.ts";
import { remarkMm, type SheetPlace, sheetSeries } from "./sheet-series.ts";
import { splitTable } from "./table-pages.ts";

/** Height for rows in millimetres on the sheets of `templates/merged-certificate`. */
const faceRoomMm = 67;
const annexRoomMm = 146;

/** The sheets of a merged certificate (CRT-04): a table row per year and the sums over all of them. */
export function mergedSheets(view: MergedCertificateView, place: SheetPlace) {
  const years = view.years.map((year) => ({ ...year, remark: year.remark ?? "" }));
  const room = {
    firstMm: faceRoomMm - remarkMm(view.remark),
    furtherMm: annexRoomMm,
    tightness: place.tightness,
  };
  const columns = (row: { number: string; remark: string }) => [
    { text: row.number, widthMm: 62 },
    { text: row.remark, widthMm: 60 },
  ];
  const fields = {
    ...view,
    numberLabel: "证书编号",
    publicHours: sum(years, (year) => year.publicHours),
    professionalHours: sum(years, (year) => year.professionalHours),
    totalHours: sum(years, (year) => year.totalHours),
    yearCount: years.length,
  };
  return sheetSeries(fields, place, splitTable(years, columns, room));
}

function sum(years: readonly MergedYearRow[], hours: (year: MergedYearRow) => number): number {
  // Hours come in quarters at most; the rounding only takes away what binary fractions add.
  return Math.round(years.reduce((total, year) => total + hours(year), 0) * 100) / 100;
}
