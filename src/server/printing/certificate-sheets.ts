import type { CertificateView, LearningRow } from "./certificate-view.ts";
import { remarkMm, type SheetPlace, sheetSeries } from "./sheet-series.ts";
import { splitTable, type WrappingColumn } from "./table-pages.ts";

/** Height for rows in millimetres on the sheets of `templates/certificate`. */
const faceRoomMm = 67;
const annexRoomMm = 146;

/** The sheets of one year's certificate: its face, and annex sheets when the learning does not fit there. */
export function certificateSheets(view: CertificateView, place: SheetPlace) {
  const numbered = view.rows.map((row, index) => ({ ...row, index: index + 1 }));
  const room = {
    firstMm: faceRoomMm - remarkMm(view.remark),
    furtherMm: annexRoomMm,
    tightness: place.tightness,
  };
  const fields = { ...view, numberLabel: "证书编号", hasTable: view.rows.length > 0 };
  return sheetSeries(fields, place, splitTable(numbered, learningColumns, room));
}

/** The wrapping columns of a table of learning, on certificates and transcripts. */
export function learningColumns(row: LearningRow): readonly WrappingColumn[] {
  return [
    { text: row.title, widthMm: 74 },
    { text: row.subject, widthMm: 23 },
    { text: row.provider, widthMm: 56 },
    { text: row.period, widthMm: 48 },
  ];
}
