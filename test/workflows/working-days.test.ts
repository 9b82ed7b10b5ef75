import { describe, expect, it } from "vitest";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import { addWorkdays, isWorkday } from "../../src/rules/workdays.ts";
import { addWorkingDays, reminderTimes } from "../../src/workflows/assignment/working-days.ts";
import { durationMs, timerDueAt } from "../../src/workflows/runtime/timer-due.ts";

const packs = defaultPacks();

describe("working days", () => {
  it.each([
    ["2026-03-02", true, "a Monday"],
    ["2026-03-07", false, "a Saturday"],
    ["2026-10-01", false, "国庆节 on a Thursday"],
    ["2026-10-10", true, "a Saturday worked for 国庆节"],
    ["2026-02-23", false, "春节 on a Monday"],
    ["2026-02-28", true, "a Saturday worked for 春节"],
    ["2026-01-04", true, "a Sunday worked for 元旦"],
    ["2031-10-01", false, "国庆节 of a year whose holidays are not announced yet: fixed by law"],
    ["2031-10-06", true, "a weekday of such a year"],
  ])("%s: %s (%s)", (date, expected) => {
    expect(isWorkday(packs, date)).toBe(expected);
  });

  it.each([
    ["2026-03-02T01:00:00Z", 10, "2026-03-16T01:00:00Z"],
    ["2026-03-06T01:00:00Z", 1, "2026-03-09T01:00:00Z"],
    ["2026-09-30T01:00:00Z", 1, "2026-10-08T01:00:00Z"],
    ["2026-10-01T01:00:00Z", 2, "2026-10-09T01:00:00Z"],
    ["2026-02-13T01:00:00Z", 2, "2026-02-24T01:00:00Z"],
    ["2026-03-02T01:00:00Z", 0, "2026-03-02T01:00:00Z"],
    // 23:30 in Shanghai on Friday is still Friday there, though 15:30 in UTC.
    ["2026-03-06T15:30:00Z", 1, "2026-03-09T15:30:00Z"],
  ])("%s and %i working days: %s", (from, days, expected) => {
    expect(addWorkingDays((day, count) => addWorkdays(packs, day, count), new Date(from), days)).toEqual(
      new Date(expected),
    );
  });

  it("reminds at half, four fifths and the whole of the time", () => {
    const times = reminderTimes(new Date("2026-03-02T00:00:00Z"), new Date("2026-03-12T00:00:00Z"));
    expect(times.map((time) => time.toISOString().slice(0, 10))).toEqual([
      "2026-03-07",
      "2026-03-10",
      "2026-03-12",
    ]);
  });
});

describe("timer durations", () => {
  it.each([
    ["P15D", 15 * 86_400_000],
    ["P2W", 14 * 86_400_000],
    ["PT36H", 36 * 3_600_000],
    ["P1DT30M", 86_400_000 + 1_800_000],
  ])("%s", (spec, expected) => {
    expect(durationMs(spec)).toBe(expected);
  });

  it.each(["", "P", "PT", "P1M", "P1Y", "15D", "R3/P1D", "P-1D", "P1.5D", "P999999D", "${x}"])(
    "refuses %s",
    (spec) => {
      expect(durationMs(spec)).toBeNull();
      expect(() => timerDueAt({ kind: "timeDuration", spec }, new Date(0))).toThrow("is not a duration");
    },
  );

  it("is not armed by the engine however long it is: 24.8 days and more are rows like others", () => {
    expect(timerDueAt({ kind: "timeDuration", spec: "P300D" }, new Date("2026-01-01T00:00:00Z"))).toEqual(
      new Date("2026-10-28T00:00:00Z"),
    );
  });
});
