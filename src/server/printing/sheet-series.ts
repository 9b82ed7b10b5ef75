import type { HolderView, IssueView, VerificationView } from "./certificate-view.ts";
import { qrSvg } from "./qr-svg.ts";
import { sealSvg } from "./seal-svg.ts";
import { type TablePages, widthEm } from "./table-pages.ts";

/** What every printed document has on its face. */
export interface FaceView extends HolderView, VerificationView, IssueView {
  title: string;
  remark?: string;
}

/** Which owner of the file this is, and how tightly his tables must be packed (1 = not at all). */
export interface SheetPlace {
  owner: number;
  tightness: number;
}

/** What the partials and the frame of each template need for one sheet, besides the document's own fields. */
export interface Sheet<Row> {
  owner: number;
  kind: "face" | "annex";
  density: string;
  isFace: boolean;
  isLast: boolean;
  isSeries: boolean;
  showRemark: boolean;
  pageNumber: number;
  pageCount: number;
  nextPage: number;
  rows: readonly Row[];
}

/** One sheet for each page of rows: the first is the face, the others are its annex. `fields` go to each. */
export function sheetSeries<Fields extends FaceView, Row>(
  fields: Fields,
  place: SheetPlace,
  table: TablePages<Row>,
): { pages: (Omit<Fields, "rows"> & Sheet<Row>)[] } {
  const pageCount = table.pages.length;
  const common = {
    ...fields,
    ...sizeClasses(fields),
    remark: fields.remark ?? "",
    qrSvg: qrSvg(fields.qrUrl),
    sealSvg: sealSvg(fields.seal, `seal-arc-${place.owner}`),
    owner: place.owner,
    density: table.density,
    pageCount,
    isSeries: pageCount > 1,
  };
  return {
    pages: table.pages.map((rows, index) => ({
      ...common,
      rows,
      kind: index === 0 ? ("face" as const) : ("annex" as const),
      isFace: index === 0,
      isLast: index === pageCount - 1,
      showRemark: index === pageCount - 1 && common.remark !== "",
      pageNumber: index + 1,
      nextPage: index + 2,
    })),
  };
}

/** The height that a remark takes away from the table, in millimetres. */
export function remarkMm(remark: string | undefined): number {
  if (remark === undefined || remark === "") return 0;
  return 2 + Math.ceil((widthEm(remark) * 3.4) / 245) * 5;
}

/** Long values are set smaller before they wrap. */
function sizeClasses(view: FaceView) {
  const long = (text: string, em: number) => (widthEm(text) > em ? "long" : "");
  return {
    titleClass: long(view.title, 19),
    nameClass: long(view.name, 14),
    organizationClass: long(view.organizationName, 31),
    levelClass: long(view.titleSeriesAndLevel, 14),
  };
}
