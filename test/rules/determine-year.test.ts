import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateHours } from "../../src/rules/evaluate-hours.ts";
import { type AnnualResult, type DetermineRequest, determineYear } from "../../src/rules/determine-year.ts";
import { type PersonYearRow, rowDeterminer } from "../../src/rules/determine-rows.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import { renderTrace } from "../../src/rules/render-trace.ts";
import { whatIf } from "../../src/rules/what-if.ts";
import { counterexampleOf } from "./counterexample.ts";
import { failureOf } from "./failure.ts";

const packs = defaultPacks();
const person = { year: 2025, titleLevel: "senior", region: "410105", sector: null } as const;

function determine(publicHours: number, professional: number, more: Partial<DetermineRequest> = {}) {
  return determineYear(packs, {
    ...person,
    asOf: "2026-03-01",
    credits: { public: publicHours, professional },
    ...more,
  });
}

const tenths = fc.integer({ min: 0, max: 1200 }).map((number) => number / 10);

describe("determineYear", () => {
  it("passes exactly when both subjects and the total are reached", () => {
    const property = fc.property(tenths, tenths, (common, professional) => {
      const isMet = common >= 30 && professional >= 60 && Math.round((common + professional) * 10) >= 900;
      return determine(common, professional).result === (isMet ? "passed" : "failed");
    });
    expect(counterexampleOf(property, { numRuns: 500 })).toBeNull();
  });

  it("says what is missing, and adding just that passes", () => {
    const property = fc.property(tenths, tenths, (common, professional) => {
      const { missing } = determine(common, professional);
      const plus = (a: number, b: number): number => Math.round((a + b) * 10) / 10;
      return (
        determine(plus(common, missing.public), plus(professional, missing.professional)).result === "passed"
      );
    });
    expect(counterexampleOf(property, { numRuns: 300 })).toBeNull();
  });

  it("never lets hours of one subject stand in for the other (REQ-04)", () => {
    expect(determine(29.9, 500)).toMatchObject({
      result: "failed",
      missing: { public: 0.1, professional: 0, total: 0 },
    });
    expect(determine(500, 59.9)).toMatchObject({
      result: "failed",
      missing: { public: 0, professional: 0.1, total: 0 },
    });
  });

  it.each<[string, AnnualResult]>([
    ["2025-01-01", "in-progress"],
    ["2025-12-31", "in-progress"],
    ["2026-01-01", "failed"],
    ["2030-06-30", "failed"],
    ["2024-12-31", "in-progress"],
  ])("as of %s a gap is %s", (asOf, result) => {
    expect(determine(10, 10, { asOf }).result).toBe(result);
  });

  it.each(["2025-02-01", "2025-12-31", "2026-01-01"])("as of %s a met requirement has passed", (asOf) => {
    expect(determine(30, 60, { asOf }).result).toBe("passed");
  });

  it("asks the requirement of the person's own year, level and region", () => {
    const old = { year: 2016, titleLevel: "none", asOf: "2017-01-01" } as const;
    expect(determine(24, 66, { ...old, region: "410202" }).result).toBe("passed");
    expect(determine(24, 66, { ...old, region: "410105" }).result).toBe("failed");
    expect(determine(22, 52, { year: 2015, titleLevel: "junior", asOf: "2016-01-01" }).result).toBe("passed");
    expect(determine(22, 52, { year: 2015, titleLevel: "intermediate", asOf: "2016-01-01" }).result).toBe(
      "failed",
    );
  });

  describe("with an adjustment", () => {
    const adjustments = [{ kind: "abroad", from: "2025-01-01", to: "2025-08-31" }] as const;

    it("is 折算通过 only when the whole requirement is not reached", () => {
      expect(determine(10, 20, { adjustments }).result).toBe("passed-by-adjustment");
      expect(determine(30, 60, { adjustments }).result).toBe("passed");
      expect(determine(29.9, 60, { adjustments }).result).toBe("passed-by-adjustment");
      expect(determine(9.9, 20, { adjustments }).result).toBe("failed");
    });

    it("passes someone absent all year with nothing (PRO-05)", () => {
      const whole = [{ kind: "sick", from: "2025-01-01", to: "2025-12-31" }] as const;
      expect(determine(0, 0, { adjustments: whole })).toMatchObject({
        result: "passed-by-adjustment",
        required: { total: 0, public: 0, professional: 0 },
        closeGap: [],
      });
    });

    it("shows requirement, proration and comparison in order", () => {
      expect(renderTrace(determine(10, 15, { adjustments }).trace)).toBe(
        [
          "2025 年应完成 90 学时（公需 30、专业 60），依据：各年度合格学时标准（2018 年起）",
          "境外工作 243 天，超过 6 个月，可以折算，依据：超过 6 个月的天数",
          "在岗 122 天 ÷ 全年 365 天：公需 30 → 10，专业 60 → 20，合计 30 学时，依据：折算公式",
          "公需 10 ≥ 10 ✓，专业 15 < 20 ✗，合计 25 < 30 ✗：未通过，依据：年度认定",
        ].join("；"),
      );
    });
  });

  it("suggests only ways that really close the gap, nearest first", () => {
    const property = fc.property(tenths, tenths, (common, professional) => {
      const { closeGap, missing } = determine(common, professional);
      const reaches = closeGap.every((way) => {
        const hours = evaluateHours(packs, { form: way.form, year: 2025, facts: way.facts }).hours[
          way.subject
        ];
        return (
          hours >= missing[way.subject] &&
          Math.round((hours - missing[way.subject]) * 10) === Math.round(way.excess * 10)
        );
      });
      const sorted = closeGap.every(
        (way, index) => index === 0 || way.excess >= (closeGap[index - 1]?.excess ?? 0),
      );
      return reaches && sorted;
    });
    expect(counterexampleOf(property, { numRuns: 200 })).toBeNull();
  });

  it.each([
    ["asOf", { asOf: "2026-02-30" }],
    ["asOf", { asOf: undefined }],
    ["credits", { credits: undefined }],
    ["credits.public", { credits: { public: "30", professional: 60 } }],
    ["credits.professional", { credits: { public: 30 } }],
    ["credits.public", { credits: { public: -1, professional: 60 } }],
    ["adjustments", { adjustments: "none" }],
    ["region", { region: "999999" }],
    ["year", { year: undefined }],
  ])("names %s when it is wrong", (fact, change) => {
    const request = { ...person, asOf: "2026-03-01", credits: { public: 30, professional: 60 }, ...change };
    expect(failureOf(() => determineYear(packs, request as never)).facts).toEqual([fact]);
  });
});

describe("rowDeterminer", () => {
  const row = fc.record({
    year: fc.integer({ min: 2013, max: 2026 }),
    titleLevel: fc.constantFrom("junior", "intermediate", "senior", "none"),
    region: fc.constantFrom("410000", "410105", "410181", "410202", "419001"),
    sector: fc.constantFrom(null, "accounting", "health"),
    public: fc.integer({ min: 200, max: 320 }).map((number) => number / 10),
    professional: fc.integer({ min: 500, max: 680 }).map((number) => number / 10),
    adjustments: fc.constantFrom(
      [],
      [{ kind: "maternity" as const, from: "2025-11-01", to: "2026-03-01" }],
      [{ kind: "sick" as const, from: "2016-01-01", to: "2016-12-31" }],
    ),
  });

  it("gives the result of determineYear for any row", () => {
    const property = fc.property(row, fc.constantFrom("2025-12-31", "2026-06-01"), (personYear, asOf) => {
      const { public: common, professional, adjustments, ...who } = personYear;
      const request = { ...who, asOf, credits: { public: common, professional }, adjustments };
      expect(rowDeterminer(packs, asOf)(personYear as PersonYearRow)).toBe(
        determineYear(packs, request as never).result,
      );
    });
    expect(counterexampleOf(property, { numRuns: 600 })).toBeNull();
  });

  it("stays right when one determiner sees many rows", () => {
    const determineRow = rowDeterminer(packs, "2026-06-01");
    const results = fc.sample(row, 400).map((personYear) => {
      const { public: common, professional, adjustments, ...who } = personYear;
      const credits = { public: common, professional };
      const full = determineYear(packs, { ...who, asOf: "2026-06-01", credits, adjustments } as never).result;
      return determineRow(personYear as PersonYearRow) === full;
    });
    expect(results).not.toContain(false);
  });

  it("adds 29.9 and 60.1 to 90", () => {
    const determineRow = rowDeterminer(packs, "2026-06-01");
    expect(determineRow({ ...person, public: 30, professional: 60 })).toBe("passed");
    expect(determineRow({ ...person, public: 29.9, professional: 60.1 })).toBe("failed");
  });
});

describe("whatIf", () => {
  const asked: DetermineRequest = {
    ...person,
    asOf: "2025-06-01",
    credits: { public: 30, professional: 40 },
  };

  it("shows the year before and after", () => {
    const answer = whatIf(packs, { person: asked, activities: [{ form: "12", facts: { days: 4 } }] });
    expect(answer.before).toMatchObject({ result: "in-progress", missing: { professional: 20 } });
    expect(answer.after).toMatchObject({ result: "passed", missing: { total: 0 } });
    expect(answer.activities).toMatchObject([{ hours: { professional: 24 } }]);
  });

  it("gives whole-year forms the requirement of the person", () => {
    const old: DetermineRequest = {
      ...asked,
      year: 2014,
      titleLevel: "junior",
      credits: { public: 0, professional: 0 },
    };
    const answer = whatIf(packs, { person: old, activities: [{ form: "11", facts: { months: 12 } }] });
    expect(answer.after).toMatchObject({ result: "passed", required: { public: 22, professional: 52 } });
  });

  it("says what is wrong with an activity and counts the others", () => {
    const activities = [
      { form: "05", facts: { level: "provincial", group: "main", rank: 4 } },
      { form: "12", facts: { days: 1 } },
    ];
    const answer = whatIf(packs, { person: asked, activities });
    expect(answer.activities).toMatchObject([
      { problem: { facts: ["rank"] } },
      { hours: { professional: 6 } },
    ]);
    expect(answer.after.missing.professional).toBe(14);
  });

  it("counts an accountant's activity as public hours", () => {
    const activities = [{ form: "12", facts: { days: 5 }, accountant: true }];
    const answer = whatIf(packs, {
      person: { ...asked, credits: { public: 0, professional: 60 } },
      activities,
    });
    expect(answer.after.result).toBe("passed");
  });
});
