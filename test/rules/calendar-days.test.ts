import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dayNumber,
  daysInclusive,
  daysInYear,
  isCalendarDate,
  isoFromDayNumber,
  weekday,
  wholeMonths,
  yearOfDate,
} from "../../src/rules/calendar-days.ts";
import { counterexampleOf } from "./counterexample.ts";

const dayMs = 86_400_000;
const anyDay = fc.integer({ min: -100_000, max: 150_000 });

/** The platform's own calendar is the oracle: tests may use `Date`, rules may not. */
function viaDate(days: number): string {
  return new Date(days * dayMs).toISOString().slice(0, 10);
}

describe("dayNumber and isoFromDayNumber", () => {
  it("agree with the calendar of the platform on every day from 1900 to 2200", () => {
    const first = dayNumber("1900-01-01");
    const last = dayNumber("2200-12-31");
    const wrong: number[] = [];
    for (let day = first; day <= last; day++)
      if (isoFromDayNumber(day) !== viaDate(day) || dayNumber(viaDate(day)) !== day) wrong.push(day);
    expect(wrong).toEqual([]);
    expect(last - first).toBe(109_937);
  });

  it("are each other's inverse", () => {
    expect(
      counterexampleOf(fc.property(anyDay, (day) => dayNumber(isoFromDayNumber(day)) === day)),
    ).toBeNull();
  });

  it("count from 1970-01-01", () => {
    expect(dayNumber("1970-01-01")).toBe(0);
    expect(dayNumber("2000-03-01")).toBe(11_017);
  });
});

describe("weekday", () => {
  it("agrees with the calendar of the platform", () => {
    expect(
      counterexampleOf(fc.property(anyDay, (day) => weekday(day) % 7 === new Date(day * dayMs).getUTCDay())),
    ).toBeNull();
  });

  it("is 1 on a Monday and 7 on a Sunday", () => {
    expect(weekday(dayNumber("2026-11-23"))).toBe(1);
    expect(weekday(dayNumber("2026-11-29"))).toBe(7);
  });
});

describe("isCalendarDate", () => {
  it.each(["2024-02-29", "2025-12-31", "2000-02-29", "1999-01-01"])("accepts %s", (text) => {
    expect(isCalendarDate(text)).toBe(true);
  });

  it.each([
    "2025-02-29",
    "1900-02-29",
    "2025-04-31",
    "2025-13-01",
    "2025-00-10",
    "2025-01-00",
    "2025-1-1",
    "20250101",
    "2025-01-01T00:00:00Z",
    " 2025-01-01",
    "0000-01-01",
    "2025-01-01\n",
    "",
  ])("refuses %j", (text) => {
    expect(isCalendarDate(text)).toBe(false);
  });

  it("accepts exactly what the platform's calendar gives back unchanged", () => {
    const part = (max: number) =>
      fc.integer({ min: 0, max }).map((number) => String(number).padStart(2, "0"));
    expect(
      counterexampleOf(
        fc.property(fc.integer({ min: 1000, max: 9999 }), part(14), part(33), (year, month, day) => {
          const text = `${year}-${month}-${day}`;
          const date = new Date(`${text}T00:00:00Z`);
          const isReal = !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
          return isCalendarDate(text) === isReal;
        }),
      ),
    ).toBeNull();
  });
});

describe("daysInYear", () => {
  it.each([
    [2024, 366],
    [2025, 365],
    [2000, 366],
    [1900, 365],
    [2100, 365],
  ])("%i has %i days", (year, days) => {
    expect(daysInYear(year)).toBe(days);
    expect(daysInclusive(`${year}-01-01`, `${year}-12-31`)).toBe(days);
  });
});

describe("daysInclusive", () => {
  it("counts both days", () => {
    expect(daysInclusive("2026-06-01", "2026-06-01")).toBe(1);
    expect(daysInclusive("2026-06-01", "2026-06-03")).toBe(3);
  });

  it("is not above zero when the end lies before the start", () => {
    expect(daysInclusive("2026-06-02", "2026-06-01")).toBe(0);
    expect(daysInclusive("2026-06-03", "2026-06-01")).toBe(-1);
  });
});

describe("wholeMonths", () => {
  it.each([
    ["2026-01-01", "2026-06-30", 6],
    ["2026-01-01", "2026-06-29", 5],
    ["2026-01-15", "2026-02-14", 1],
    ["2026-01-15", "2026-02-13", 0],
    ["2026-01-31", "2026-02-27", 0],
    ["2026-01-31", "2026-03-30", 2],
    ["2024-02-29", "2025-02-28", 12],
    ["2025-06-01", "2026-05-31", 12],
    ["2025-06-01", "2026-05-30", 11],
    ["2026-06-01", "2026-05-01", 0],
    ["2025-12-31", "2025-12-31", 0],
  ])("from %s to %s are %i", (from, to, months) => {
    expect(wholeMonths(from, to)).toBe(months);
  });

  it("never shrinks when the end moves on a day", () => {
    expect(
      counterexampleOf(
        fc.property(anyDay, fc.integer({ min: 0, max: 1500 }), (start, length) => {
          const from = isoFromDayNumber(start);
          const months = wholeMonths(from, isoFromDayNumber(start + length));
          return wholeMonths(from, isoFromDayNumber(start + length + 1)) >= months;
        }),
      ),
    ).toBeNull();
  });

  it("is twelve a year from the first of any month", () => {
    expect(
      counterexampleOf(
        fc.property(fc.integer({ min: 1950, max: 2150 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
          const from = `${year}-${String(month).padStart(2, "0")}-01`;
          const to = isoFromDayNumber(dayNumber(`${year + 1}${from.slice(4)}`) - 1);
          return wholeMonths(from, to) === 12;
        }),
      ),
    ).toBeNull();
  });
});

describe("yearOfDate", () => {
  it("is the year written in the date", () => {
    expect(yearOfDate("2026-12-31")).toBe(2026);
  });
});
