import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayNumber, daysInYear, isoFromDayNumber } from "../../src/rules/calendar-days.ts";
import { determineYear } from "../../src/rules/determine-year.ts";
import { rowDeterminer } from "../../src/rules/determine-rows.ts";
import { defaultPacks, loadPack, withPack } from "../../src/rules/load-packs.ts";
import { type Adjustment, adjustmentKinds, prorate } from "../../src/rules/prorate.ts";
import { renderTrace } from "../../src/rules/render-trace.ts";
import { counterexampleOf } from "./counterexample.ts";
import { failureOf } from "./failure.ts";

const packs = defaultPacks();
const base = { total: 90, public: 30, professional: 60 };

/** PRO-03 and PRO-04 the slow way: one set entry a day. */
function byHand(year: number, adjustments: readonly Adjustment[]): { absentDays: number; public: number } {
  const absent = new Set<number>();
  for (const kind of adjustmentKinds) {
    const days = new Set<number>();
    for (const one of adjustments.filter((adjustment) => adjustment.kind === kind))
      for (let day = dayNumber(one.from); day <= dayNumber(one.to); day++)
        if (isoFromDayNumber(day).startsWith(String(year))) days.add(day);
    if (kind === "maternity" || kind === "other" || days.size > 183) for (const day of days) absent.add(day);
  }
  const days = daysInYear(year);
  return { absentDays: absent.size, public: Math.round((30 * (days - absent.size)) / days + 1e-9) };
}

const anyAdjustment = fc
  .record({
    kind: fc.constantFrom(...adjustmentKinds),
    start: fc.integer({ min: dayNumber("2023-06-01"), max: dayNumber("2025-06-01") }),
    length: fc.integer({ min: 0, max: 420 }),
  })
  .map(({ kind, start, length }) => ({
    kind,
    from: isoFromDayNumber(start),
    to: isoFromDayNumber(start + length),
  }));

describe("prorate", () => {
  it("agrees with counting the days one by one", () => {
    const property = fc.property(fc.array(anyAdjustment, { maxLength: 5 }), (adjustments) => {
      const answer = prorate(packs, { year: 2024, base, adjustments });
      const { absentDays, public: common } = byHand(2024, adjustments);
      expect([answer.absentDays, answer.required.public]).toEqual([absentDays, common]);
    });
    expect(counterexampleOf(property, { numRuns: 300 })).toBeNull();
  });

  it("never asks for more than the whole year, and the total is always the sum", () => {
    const property = fc.property(fc.array(anyAdjustment, { maxLength: 5 }), (adjustments) => {
      const { required } = prorate(packs, { year: 2024, base, adjustments });
      return (
        required.total === required.public + required.professional &&
        required.public <= 30 &&
        required.professional <= 60 &&
        required.total >= 0
      );
    });
    expect(counterexampleOf(property, { numRuns: 300 })).toBeNull();
  });

  it("does not depend on the order of the absences", () => {
    const property = fc.property(fc.array(anyAdjustment, { maxLength: 5 }), (adjustments) => {
      const forward = prorate(packs, { year: 2024, base, adjustments });
      const backward = prorate(packs, { year: 2024, base, adjustments: [...adjustments].reverse() });
      expect(backward.required).toEqual(forward.required);
    });
    expect(counterexampleOf(property, { numRuns: 200 })).toBeNull();
  });

  it.each([
    [2025, 183, false],
    [2025, 184, true],
    [2024, 183, false],
    [2024, 184, true],
  ])("in %i, %i days of sick leave count: %s", (year, days, adjusted) => {
    const from = `${year}-02-01`;
    const to = isoFromDayNumber(dayNumber(from) + days - 1);
    expect(prorate(packs, { year, base, adjustments: [{ kind: "sick", from, to }] }).adjusted).toBe(adjusted);
  });

  it("does not add sick leave and work abroad to reach six months", () => {
    const adjustments: Adjustment[] = [
      { kind: "sick", from: "2025-01-01", to: "2025-04-30" },
      { kind: "abroad", from: "2025-05-01", to: "2025-08-31" },
    ];
    expect(prorate(packs, { year: 2025, base, adjustments })).toMatchObject({
      adjusted: false,
      required: base,
    });
  });

  it("counts days of other years in those years only", () => {
    const adjustments: Adjustment[] = [{ kind: "abroad", from: "2024-07-01", to: "2025-06-30" }];
    expect(prorate(packs, { year: 2024, base, adjustments })).toMatchObject({
      adjusted: true,
      absentDays: 184,
    });
    expect(prorate(packs, { year: 2025, base, adjustments })).toMatchObject({
      adjusted: false,
      absentDays: 0,
    });
    expect(prorate(packs, { year: 2026, base, adjustments })).toMatchObject({
      adjusted: false,
      absentDays: 0,
    });
  });

  it("explains an absence that counts and one that does not", () => {
    const short = prorate(packs, {
      year: 2025,
      base,
      adjustments: [{ kind: "sick", from: "2025-01-01", to: "2025-01-10" }],
    });
    expect(renderTrace(short.trace)).toContain("病假 10 天，未超过 6 个月，不折算");
    const long = prorate(packs, {
      year: 2025,
      base,
      adjustments: [{ kind: "maternity", from: "2025-01-01", to: "2025-04-10" }],
    });
    expect(renderTrace(long.trace)).toContain(
      "在岗 265 天 ÷ 全年 365 天：公需 30 → 22，专业 60 → 44，合计 66 学时",
    );
  });

  it("lets a sector have its own rules (PRO-06)", () => {
    const pack = structuredClone(packs.of.adjustment.pack);
    const rules = pack.decisions?.["qualifies"]?.rules ?? [];
    for (const rule of rules)
      Object.assign(rule, {
        conditions: {
          all: [rule.conditions, { fact: "sector", operator: "notEqual", value: "B" }],
        },
      });
    const [first] = rules;
    if (first === undefined) throw new Error("the shipped pack has no rules");
    rules.push({
      ...first,
      name: "采矿业",
      conditions: { all: [{ fact: "sector", operator: "equal", value: "B" }] },
    });
    const changed = withPack(packs, loadPack(JSON.stringify(pack), "changed"));
    const adjustments: Adjustment[] = [{ kind: "sick", from: "2025-01-01", to: "2025-01-10" }];
    const person = { year: 2025, titleLevel: "senior", region: "410105" } as const;
    const credits = { public: 29, professional: 58 };
    const resultOf = (sector: string | null) => {
      const request = { ...person, sector, asOf: "2026-01-01", credits, adjustments };
      const row = { ...person, sector, ...credits, adjustments };
      const { result } = determineYear(changed, request);
      expect(rowDeterminer(changed, "2026-01-01")(row)).toBe(result);
      return result;
    };
    expect([resultOf("B"), resultOf("C"), resultOf(null)]).toEqual([
      "passed-by-adjustment",
      "failed",
      "failed",
    ]);
  });

  it.each([
    ["from", { kind: "sick", from: "2025-02-30", to: "2025-03-01" }],
    ["to", { kind: "sick", from: "2025-02-01", to: "soon" }],
    ["to", { kind: "sick", from: "2025-03-01", to: "2025-02-01" }],
    ["kind", { kind: "holiday", from: "2025-02-01", to: "2025-03-01" }],
    ["from", { kind: "other", to: "2025-03-01" }],
  ])("names %s of a wrong absence", (fact, adjustment) => {
    const error = failureOf(() =>
      prorate(packs, { year: 2025, base, adjustments: [adjustment as Adjustment] }),
    );
    expect(error).toMatchObject({ code: "fact.type", facts: [fact] });
  });
});
