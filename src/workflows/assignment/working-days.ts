import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isoDate } from "../../shared/dates.ts";
import { projectRoot } from "../../shared/project-root.ts";

/** One year of the State Council's holiday schedule: days off on weekdays, and weekend days that are worked. */
interface HolidayYear {
  readonly cite: string;
  readonly holidays: readonly string[];
  readonly workedWeekends: readonly string[];
}

const file = join(projectRoot(), "src/workflows/assignment/holidays.json");
const years = JSON.parse(readFileSync(file, "utf8")) as Record<string, HolidayYear>;
const holidays = new Set(Object.values(years).flatMap((year) => year.holidays));
const workedWeekends = new Set(Object.values(years).flatMap((year) => year.workedWeekends));
const dayMs = 24 * 60 * 60 * 1000;

/** Whether an ISO date is a working day in mainland China. Years without a schedule yet: Monday to Friday. */
export function isWorkingDay(date: string): boolean {
  if (holidays.has(date)) return false;
  if (workedWeekends.has(date)) return true;
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

/**
 * The moment `days` working days after `from`, at the same time of day (FLW-11). The day of `from` does not count;
 * what arrives on a holiday starts counting on the next working day. `days` is a non-negative integer.
 */
export function addWorkingDays(from: Date, days: number): Date {
  let moment = from;
  for (let left = days; left > 0; ) {
    moment = new Date(moment.getTime() + dayMs);
    if (isWorkingDay(isoDate(moment))) left -= 1;
  }
  return moment;
}

/** Shares of a task's time after which its holder is reminded, in per cent (FLW-11). */
export const reminderPercents = [50, 80, 100] as const;

/** When a task opened at `createdAt` is reminded of: at 50, 80 and 100 % of its time. */
export function reminderTimes(createdAt: Date, dueAt: Date): Date[] {
  const spanMs = dueAt.getTime() - createdAt.getTime();
  return reminderPercents.map((percent) => new Date(createdAt.getTime() + (spanMs * percent) / 100));
}
