/**
 * Calendar arithmetic on ISO dates without `Date`: rules must give the same answer on every machine and for ever.
 * Days are counted from 1970-01-01 in the proleptic Gregorian calendar.
 */

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** 366 in leap years, else 365. */
export function daysInYear(year: number): number {
  return isLeapYear(year) ? 366 : 365;
}

/** True for a date that exists in the calendar, written `YYYY-MM-DD`, year 1000 or later. */
export function isCalendarDate(text: string): boolean {
  const match = /^([1-9]\d{3})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** Days since 1970-01-01 of an existing ISO date (check with `isCalendarDate` first). */
export function dayNumber(iso: string): number {
  const { year, month, day } = parts(iso);
  // Years begin in March here, so that the leap day is the last one (Howard Hinnant's days_from_civil).
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** The ISO date of a day number: the inverse of `dayNumber`. */
export function isoFromDayNumber(days: number): string {
  const shifted = days + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1;
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** Days from `from` to `to`, both counted; 0 or less when `to` lies before `from`. */
export function daysInclusive(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from) + 1;
}

/**
 * Whole months from `from` to `to`, both days counted: 2026-01-01 to 2026-06-30 are 6. A period that starts on a day
 * which the last month lacks (31st) is complete on that month's last day.
 */
export function wholeMonths(from: string, to: string): number {
  if (dayNumber(to) < dayNumber(from)) return 0;
  const start = parts(from);
  const end = parts(isoFromDayNumber(dayNumber(to) + 1));
  const months = (end.year - start.year) * 12 + end.month - start.month;
  return end.day >= start.day ? months : months - 1;
}

/** 1 Monday … 7 Sunday. */
export function weekday(days: number): number {
  // 1970-01-01 was a Thursday (4).
  return ((((days + 3) % 7) + 7) % 7) + 1;
}

/** The year of an ISO date. */
export function yearOfDate(iso: string): number {
  return Number(iso.slice(0, 4));
}

function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (monthDays[month - 1] ?? 0);
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function parts(iso: string): { year: number; month: number; day: number } {
  return { year: Number(iso.slice(0, 4)), month: Number(iso.slice(5, 7)), day: Number(iso.slice(8, 10)) };
}
