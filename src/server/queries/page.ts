/** One page of a list. `total` counts at most `countedRows`; beyond that it is not exact, and nobody waits for it. */
export interface Page<Row> {
  rows: Row[];
  total: number;
  totalIsExact: boolean;
  page: number;
  pageSize: number;
}

export const countedRows = 10_000;

/** A page from its rows and a count that stopped at `countedRows` + 1. */
export function pageFrom<Row>(
  rows: Row[],
  counted: number,
  { page, pageSize }: { page: number; pageSize: number },
): Page<Row> {
  const total = Math.min(counted, countedRows);
  return { rows, total, totalIsExact: counted <= countedRows, page, pageSize };
}

/** A regular expression that finds the text itself, whatever characters it has. */
export function containing(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
}
