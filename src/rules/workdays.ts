import { dayNumber, isCalendarDate, isoFromDayNumber, weekday, yearOfDate } from "./calendar-days.ts";
import { isInForce } from "./compile-decision.ts";
import type { RulePacks } from "./load-packs.ts";
import { RuleError } from "./rule-error.ts";

/**
 * Whether people work on an ISO date: Monday to Friday, but for announced holidays and shifted working days (FLW-11).
 * In a year without announcement the fixed statutory holidays are taken.
 */
export function isWorkday(packs: RulePacks, iso: string): boolean {
  const { calendar, fixedHolidays, effective } = packs.of.calendar.pack;
  if (!isInForce(effective, yearOfDate(checked(iso)))) throw outside(iso);
  const isWeekend = weekday(dayNumber(iso)) > 5;
  const announced = calendar?.[iso.slice(0, 4)];
  if (announced === undefined) return !isWeekend && !(fixedHolidays?.days ?? []).includes(iso.slice(5));
  return isWeekend ? announced.open.includes(iso) : !announced.closed.includes(iso);
}

/** The longest period that is looked at at once: far beyond any term, and a bound on the work. */
export const mostWorkdayDays = 400;

/**
 * The working days from `from` to `to`, both counted if they are.
 * @throws RuleError for a period of more than 400 days.
 */
export function workdaysBetween(packs: RulePacks, period: { from: string; to: string }): string[] {
  const days: string[] = [];
  const last = dayNumber(checked(period.to));
  const first = dayNumber(checked(period.from));
  if (last - first > mostWorkdayDays) throw outside(period.to);
  for (let day = first; day <= last; day++) {
    const iso = isoFromDayNumber(day);
    if (isWorkday(packs, iso)) days.push(iso);
  }
  return days;
}

/** The day on which a term of `count` (at most 500) working days that begins after `from` ends. */
export function addWorkdays(packs: RulePacks, from: string, count: number): string {
  if (!(count <= 500)) throw outside(from);
  let day = dayNumber(checked(from));
  for (let left = count; left > 0; ) if (isWorkday(packs, isoFromDayNumber(++day))) left--;
  return isoFromDayNumber(day);
}

function outside(iso: string): RuleError {
  return new RuleError({
    code: "year.unsupported",
    message: `${iso}不在工作日历的有效年份内`,
    messageEn: `The calendar does not cover ${iso}`,
    facts: ["date"],
  });
}

function checked(iso: string): string {
  if (isCalendarDate(iso)) return iso;
  const shown = String(iso).slice(0, 40);
  throw new RuleError({
    code: "fact.type",
    message: `“${shown}”不是日期`,
    messageEn: `Not an ISO date: ${shown}`,
    facts: ["date"],
  });
}
