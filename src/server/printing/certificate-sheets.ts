import type { CertificateView, LearningRow } from "./certificate-view.ts";
import { qrSvg } from "./qr-svg.ts";
import { sealSvg } from "./seal-svg.ts";
import { splitTable, type WrappingColumn, widthEm } from "./table-pages.ts";

/** Height for rows in millimetres, measured on the sheet of `templates/certificate`. */
const faceRoomMm = 67;
const annexRoomMm = 146;

/** What `templates/certificate/template.hbs` needs for one sheet. */
interface CertificateSheet extends CertificateView {
  owner: number;
  kind: "face" | "annex";
  density: string;
  isFace: boolean;
  isLast: boolean;
  isSeries: boolean;
  hasTable: boolean;
  showRemark: boolean;
  pageNumber: number;
  pageCount: number;
  nextPage: number;
  rows: readonly (LearningRow & { index: number })[];
}

/**
 * The sheets of one certificate: its face, and annex sheets when the learning does not fit on the face.
 * `owner` is its place in the file; `tightness` below 1 leaves more room after a measured overflow.
 */
export function certificateSheets(
  view: CertificateView,
  place: { owner: number; tightness: number },
): { pages: CertificateSheet[] } {
  const numbered = view.rows.map((row, index) => ({ ...row, index: index + 1 }));
  const room = { firstMm: faceRoomMm - remarkMm(view), furtherMm: annexRoomMm, tightness: place.tightness };
  const { density, pages } = splitTable(numbered, wrappingColumns, room);
  const common = {
    ...view,
    remark: view.remark ?? "",
    ...sizeClasses(view),
    qrSvg: qrSvg(view.qrUrl),
    sealSvg: sealSvg(view.seal, `seal-arc-${place.owner}`),
    owner: place.owner,
    density,
    pageCount: pages.length,
    isSeries: pages.length > 1,
    hasTable: view.rows.length > 0,
  };
  return {
    pages: pages.map((rows, index) => ({
      ...common,
      rows,
      kind: index === 0 ? ("face" as const) : ("annex" as const),
      isFace: index === 0,
      isLast: index === pages.length - 1,
      showRemark: index === pages.length - 1 && common.remark !== "",
      pageNumber: index + 1,
      nextPage: index + 2,
    })),
  };
}

function wrappingColumns(row: LearningRow): readonly WrappingColumn[] {
  return [
    { text: row.title, widthMm: 80 },
    { text: row.subject, widthMm: 23 },
    { text: row.provider, widthMm: 58 },
    { text: row.period, widthMm: 48 },
  ];
}

function remarkMm(view: CertificateView): number {
  if (view.remark === undefined || view.remark === "") return 0;
  return 2 + Math.ceil((widthEm(view.remark) * 3.4) / 245) * 5;
}

/** Long values are set smaller before they wrap. */
export function sizeClasses(view: {
  title: string;
  name: string;
  organizationName: string;
  titleSeriesAndLevel: string;
}) {
  const long = (text: string, em: number) => (widthEm(text) > em ? "long" : "");
  return {
    titleClass: long(view.title, 19),
    nameClass: long(view.name, 14),
    organizationClass: long(view.organizationName, 31),
    levelClass: long(view.titleSeriesAndLevel, 14),
  };
}
