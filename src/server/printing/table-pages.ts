/**
 * Where a long table breaks. The first answer comes from an estimate of each row's height, so that it is the
 * same on every machine; the renderer then measures the sheets in the browser and asks again with less room
 * (`tightness`) when one of them does not hold its rows.
 */

/** One column whose text may wrap: its inner width in millimetres. */
export interface WrappingColumn {
  text: string;
  widthMm: number;
}

export type Density = "normal" | "compact";

export interface TableRoom {
  /** Height for rows on the first sheet and on every further one, in millimetres, heading row excluded. */
  firstMm: number;
  furtherMm: number;
  /** 1 = the full room; less after a measured overflow. */
  tightness: number;
}

export interface TablePages<Row> {
  density: Density;
  pages: Row[][];
}

const metrics: Record<Density, { emMm: number; lineMm: number; paddingMm: number }> = {
  normal: { emMm: 3.704, lineMm: 5.19, paddingMm: 2.3 },
  compact: { emMm: 3.175, lineMm: 4.13, paddingMm: 1.15 },
};

/**
 * Splits rows into sheets: all on the first one, at reading size or, failing that, compact; else at reading
 * size over several. Each sheet keeps room for one closing line (the sum, or "continued on page n").
 */
export function splitTable<Row>(
  rows: readonly Row[],
  columnsOf: (row: Row) => readonly WrappingColumn[],
  room: TableRoom,
): TablePages<Row> {
  const height = (row: Row, density: Density) => rowHeightMm(columnsOf(row), density);
  for (const density of ["normal", "compact"] as const) {
    const needed = rows.reduce((sum, row) => sum + height(row, density), closingLineMm(density));
    if (needed <= room.firstMm * room.tightness) return { density, pages: [[...rows]] };
  }
  return { density: "normal", pages: fill(rows, (row) => height(row, "normal"), room) };
}

function fill<Row>(rows: readonly Row[], height: (row: Row) => number, room: TableRoom): Row[][] {
  const pages: Row[][] = [];
  let page: Row[] = [];
  let used = closingLineMm("normal");
  for (const row of rows) {
    const limit = (pages.length === 0 ? room.firstMm : room.furtherMm) * room.tightness;
    const rowMm = height(row);
    // The first sheet may stay without rows when not even one fits; a further sheet takes at least one.
    if (used + rowMm > limit && (page.length > 0 || pages.length === 0)) {
      pages.push(page);
      page = [];
      used = closingLineMm("normal");
    }
    page.push(row);
    used += rowMm;
  }
  pages.push(page);
  return pages;
}

function closingLineMm(density: Density): number {
  return metrics[density].lineMm + metrics[density].paddingMm;
}

function rowHeightMm(columns: readonly WrappingColumn[], density: Density): number {
  const { emMm, lineMm, paddingMm } = metrics[density];
  const lines = columns.map(({ text, widthMm }) => Math.ceil((widthEm(text) * emMm) / widthMm));
  return Math.max(1, ...lines) * lineMm + paddingMm;
}

/** Chinese characters are one em wide, Latin letters and digits a little over half. */
export function widthEm(text: string): number {
  let width = 0;
  for (const character of text) width += (character.codePointAt(0) ?? 0) < 0x2e80 ? 0.6 : 1;
  return width;
}
