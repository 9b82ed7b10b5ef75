import { AppError } from "../../../shared/app-error.ts";
import { mostRosterRows, type readClassRoster as contract } from "../../../shared/contracts/base-classes.ts";
import type { InputOf, ResponseOf } from "../../../shared/contracts/endpoint.ts";
import type { CommandContext, UploadedFile } from "../../command-context.ts";
import { requireBase } from "../../commands/base-classes/base-class.ts";
import { matchRoster, type RosterProblem, type RosterRow } from "../../commands/base-classes/match-roster.ts";
import { defaultLimits } from "../../spreadsheets/preflight.ts";
import { readSheetRows } from "../../spreadsheets/read-sheet-rows.ts";
import type { RosterColumnKey } from "../../spreadsheets/roster-columns.ts";
import type { SheetRow } from "../../spreadsheets/sheet-columns.ts";
import { SpreadsheetError } from "../../spreadsheets/spreadsheet-error.ts";

type Input = InputOf<typeof contract> & { file: UploadedFile };
type FilledRow = SheetRow<RosterColumnKey>;

const limits = {
  ...defaultLimits,
  fileBytes: 5 * 1024 * 1024,
  inflatedBytes: 50 * 1024 * 1024,
  rows: mostRosterRows,
  columns: 64,
};
const longestName = 50;
const results = { 合格: "passed", 不合格: "failed" } as const;

/**
 * 学员名单 from an uploaded workbook (BAS-03, BAS-05): the rows that can be reported, as the report takes them, and for
 * each of the others its number in the file and why not. Nothing is written; the file is gone with the request. Errors:
 * `permission.denied` (403), `import.spreadsheet` (400) for a file that is no roster, `request.too_many` (429).
 */
export async function readClassRoster(
  ctx: CommandContext,
  { file, ...about }: Input,
): Promise<ResponseOf<typeof contract>> {
  const { organizationName: baseName } = requireBase(ctx);
  const filled = await filledRows(file);
  if (filled.length === 0)
    throw new AppError("import.spreadsheet", { reason: "名单中没有学员，请从表头下一行开始填写" });
  const { rows, problems } = checkedRows(filled);
  const matched = await matchRoster(ctx, { ...about, baseName }, rows);
  const accepted = new Set(matched.matches.map(({ row }) => row));
  const names = new Map(filled.map(({ rowNumber, cells }) => [rowNumber, cells.name.slice(0, longestName)]));
  return {
    rows: filled.length,
    roster: rows.filter(({ row }) => accepted.has(row)).map(reported),
    problems: [...problems, ...matched.problems]
      .toSorted((a, b) => a.row - b.row)
      .map((problem) => ({ ...problem, name: names.get(problem.row) ?? "" })),
  };
}

/** All rows at once: a roster has no more than one class may have. */
async function filledRows({ path, mimeType }: UploadedFile): Promise<FilledRow[]> {
  const rows: FilledRow[] = [];
  try {
    for await (const row of readSheetRows("roster", { path, mimeType }, { limits })) rows.push(row);
  } catch (error) {
    if (!(error instanceof SpreadsheetError)) throw error;
    throw new AppError("import.spreadsheet", { reason: error.message });
  }
  return rows;
}

/** What can be said of rows by themselves; numbers and people are `matchRoster`'s to judge. */
function checkedRows(filled: readonly FilledRow[]): {
  rows: (RosterRow & { row: number })[];
  problems: RosterProblem[];
} {
  const problems: RosterProblem[] = [];
  const rows = filled.flatMap(({ rowNumber: row, cells, problems: unread }) => {
    const { name, idNumber } = cells;
    const result = Object.entries(results).find(([word]) => word === cells.result)?.[1];
    const wrong = [...unread];
    if (name === "") wrong.push("请填写姓名");
    if (name.length > longestName) wrong.push(`姓名不能超过${longestName}个字`);
    if (idNumber === "") wrong.push("请填写身份证号");
    if (result === undefined) wrong.push("考核结果应为合格或不合格");
    if (wrong.length === 0 && result !== undefined) return [{ row, idNumber, name, result }];
    problems.push({ row, code: "roster.row_invalid", message: wrong.join("；") });
    return [];
  });
  return { rows, problems };
}

function reported({ idNumber, name, result }: RosterRow): RosterRow {
  return { idNumber, name, result };
}
