import { dayNumber, isCalendarDate, weekday } from "./calendar-days.ts";
import type { Findings } from "./finding.ts";
import type { Decision, Pack } from "./pack-schema.ts";

interface Dated {
  readonly from?: number | undefined;
  readonly to?: number | null | undefined;
}

/** Dated rows follow each other without gap or overlap and cover the pack's years exactly; every date exists. */
export function checkDates(pack: Pack, findings: Findings): void {
  checkOrder(pack.effective, "effective", findings);
  for (const [name, table] of Object.entries(pack.tables ?? {}))
    checkCover(pack, table.rows, { place: `tables/${name}/rows`, findings });
  for (const [name, set] of Object.entries(pack.sets ?? {}))
    checkSet(pack, set.rows, { place: `sets/${name}/rows`, findings });
  for (const [name, decision] of Object.entries(pack.decisions ?? {}))
    checkDecision(pack, decision, { place: `decisions/${name}`, findings });
  checkCalendar(pack, findings);
}

interface Where {
  readonly place: string;
  readonly findings: Findings;
}

function checkDecision(pack: Pack, decision: Decision, where: Where): void {
  const { place, findings } = where;
  checkInside(pack, decision, where);
  decision.rules.forEach((rule, index) => {
    checkInside(pack, rule, { place: `${place}/rules/${index}`, findings });
  });
  const { filing } = decision.local ?? {};
  if (filing?.status === "filed" && !isCalendarDate(filing.date))
    findings.add("date.unreal", `${place}/local/filing/date`, `日期 ${filing.date} 不存在`);
}

function checkCover(
  pack: Pack,
  rows: readonly (Dated & { from: number; to: number | null })[],
  where: Where,
): void {
  let next: number | null = pack.effective.from;
  rows.forEach((row, index) => {
    const place = `${where.place}/${index}`;
    checkOrder(row, place, where.findings);
    if (next === null || row.from < next)
      where.findings.add("date.overlap", place, `自 ${row.from} 年起的一行与前一行重叠`);
    else if (row.from > next) where.findings.add("date.gap", place, `${next}–${row.from - 1} 年没有对应的行`);
    next = row.to === null ? null : row.to + 1;
  });
  const end = pack.effective.to === null ? null : pack.effective.to + 1;
  if (next === end) return;
  const isShort = next !== null && (end === null || next < end);
  if (isShort) where.findings.add("date.gap", where.place, `自 ${next} 年起没有对应的行`);
  else where.findings.add("date.overlap", where.place, "最后一行超出规则包的有效年份");
}

/** A set may have years without members, but a year has one row at most. */
function checkSet(
  pack: Pack,
  rows: readonly (Dated & { from: number; to: number | null })[],
  where: Where,
): void {
  let next = pack.effective.from;
  rows.forEach((row, index) => {
    const place = `${where.place}/${index}`;
    checkInside(pack, row, { place, findings: where.findings });
    if (row.from < next) where.findings.add("date.overlap", place, `自 ${row.from} 年起的一行与前一行重叠`);
    next = row.to === null ? Number.POSITIVE_INFINITY : row.to + 1;
  });
}

function checkInside(pack: Pack, row: Dated, where: Where): void {
  checkOrder(row, where.place, where.findings);
  const { from, to } = pack.effective;
  const begins = row.from ?? from;
  const ends = row.to === undefined ? to : row.to;
  const endsLater = to !== null && (ends === null || ends > to);
  if (begins < from || endsLater) where.findings.add("date.outside", where.place, "年份超出规则包的有效年份");
}

function checkOrder(row: Dated, place: string, findings: Findings): void {
  if (row.from !== undefined && typeof row.to === "number" && row.to < row.from)
    findings.add("date.order", place, `止于 ${row.to} 年，早于起始的 ${row.from} 年`);
}

function checkCalendar(pack: Pack, findings: Findings): void {
  for (const [year, { closed, open }] of Object.entries(pack.calendar ?? {})) {
    const seen = new Set<string>();
    const check = (list: "closed" | "open", day: string, index: number): void => {
      const problem = calendarProblem({ day, year, list });
      const place = `calendar/${year}/${list}/${index}`;
      if (problem !== null) findings.add("date.unreal", place, problem);
      if (seen.has(day)) findings.add("date.overlap", place, `${day} 重复`);
      seen.add(day);
    };
    closed.forEach((day, index) => {
      check("closed", day, index);
    });
    open.forEach((day, index) => {
      check("open", day, index);
    });
  }
}

function calendarProblem(about: { day: string; year: string; list: "closed" | "open" }): string | null {
  const { day, year, list } = about;
  if (!isCalendarDate(day)) return `日期 ${day} 不存在`;
  if (!day.startsWith(year)) return `日期 ${day} 不在 ${year} 年`;
  const isWeekend = weekday(dayNumber(day)) > 5;
  if (list === "closed" && isWeekend) return `${day} 是周末，不必列为放假`;
  if (list === "open" && !isWeekend) return `${day} 不是周末，不必列为上班`;
  return null;
}
