import { describe, expect, it } from "vitest";
import {
  annualRequirement,
  type RequirementRequest,
  type TitleLevel,
} from "../../src/rules/annual-requirement.ts";
import { decideValues, titleLevelOn } from "../../src/rules/decide-values.ts";
import { defaultPacks, loadPack, withPack } from "../../src/rules/load-packs.ts";
import { renderTrace } from "../../src/rules/render-trace.ts";
import { failureOf } from "./failure.ts";

const packs = defaultPacks();
const levels: readonly TitleLevel[] = ["junior", "intermediate", "senior", "none"];
const regions = ["410000", "410100", "410105", "410173", "410181", "410202", "411525", "419001"];

/** Table REQ-T1 by hand. */
function expected({ year, titleLevel, region }: RequirementRequest): readonly [number, number, number] {
  if (year <= 2015) return titleLevel === "junior" || titleLevel === "none" ? [74, 22, 52] : [86, 26, 60];
  if (year <= 2017) return region.startsWith("4101") ? [90, 30, 60] : [90, 24, 66];
  return [90, 30, 60];
}

describe("annualRequirement", () => {
  const years = Array.from({ length: 15 }, (_, index) => 2013 + index);

  it.each(years)("gives the table of the regulation for %i, every level and region", (year) => {
    for (const titleLevel of levels)
      for (const region of regions) {
        const request = { year, titleLevel, region };
        const { total, public: common, professional } = annualRequirement(packs, request);
        expect([total, common, professional]).toEqual(expected(request));
      }
  });

  it("has sub-minimums that add up to the total", () => {
    for (const year of years)
      for (const titleLevel of levels)
        for (const region of regions) {
          const answer = annualRequirement(packs, { year, titleLevel, region });
          expect(answer.public + answer.professional).toBe(answer.total);
        }
  });

  it("cites the clause of the year", () => {
    const cited = (year: number): string[] =>
      annualRequirement(packs, { year, titleLevel: "senior", region: "410202" }).citations.map(
        (one) => one.key,
      );
    expect(cited(2015)).toEqual(["req-2013"]);
    expect(cited(2016)).toEqual(["req-2016"]);
    expect(cited(2018)).toEqual(["req-2018"]);
  });

  it("takes the sector's own rule where there is one (REQ-10)", () => {
    const person = { titleLevel: "senior", region: "410202" } as const;
    const own = annualRequirement(packs, { ...person, year: 2025, sector: "accounting" });
    expect(own.citations.map((one) => one.key)).toEqual(["accounting"]);
    const before = annualRequirement(packs, { ...person, year: 2016, sector: "accounting" });
    expect(before).toMatchObject({ public: 24, professional: 66 });
  });

  it("lets a sector or region lower or raise what is required, from a date", () => {
    const pack = structuredClone(packs.of["annual-requirement"].pack);
    const { override } = pack.decisions ?? {};
    override?.rules.push({
      name: "兰考县试点",
      from: 2026,
      to: 2026,
      cite: "region",
      conditions: { all: [{ fact: "region", operator: "equal", value: "410225" }] },
      event: { type: "requirement", params: { total: 72, public: 18, professional: 54 } },
    });
    const changed = withPack(packs, loadPack(JSON.stringify(pack), "changed"));
    const total = (year: number, region: string): number =>
      annualRequirement(changed, { year, titleLevel: "none", region }).total;
    expect([
      total(2025, "410225"),
      total(2026, "410225"),
      total(2027, "410225"),
      total(2026, "410202"),
    ]).toEqual([90, 72, 90, 90]);
  });

  it("explains itself", () => {
    const { trace } = annualRequirement(packs, { year: 2016, titleLevel: "none", region: "410202" });
    expect(renderTrace(trace)).toBe(
      "2016 年应完成 90 学时（公需 24、专业 66），依据：各年度合格学时标准（2016–2017 年）",
    );
  });

  it.each([
    ["year", { titleLevel: "junior", region: "410105" }],
    ["titleLevel", { year: 2014, region: "410105" }],
    ["region", { year: 2014, titleLevel: "junior" }],
    ["titleLevel", { year: 2014, titleLevel: "professor", region: "410105" }],
    ["region", { year: 2014, titleLevel: "junior", region: "110105" }],
    ["region", { year: 2014, titleLevel: "junior", region: 410105 }],
    ["sector", { year: 2014, titleLevel: "junior", region: "410105", sector: 7 }],
    ["year", { year: "2014", titleLevel: "junior", region: "410105" }],
    ["year", { year: 2012, titleLevel: "junior", region: "410105" }],
  ])("names %s when it is missing or wrong", (fact, request) => {
    const error = failureOf(() => annualRequirement(packs, request as never));
    expect(error.facts).toEqual([fact]);
    expect(error.message).toMatch(/[一-龥]/);
  });
});

describe("titleLevelOn", () => {
  it("takes the newest title held on 1 January, whatever the order of the list", () => {
    const titles = [
      { code: "2", from: "2014-06-01" },
      { code: "5", from: "2005-09-01" },
      { code: "3", from: "2010-01-01" },
    ];
    expect(titleLevelOn(packs, { year: 2014, titles })).toBe("intermediate");
    expect(titleLevelOn(packs, { year: 2015, titles })).toBe("senior");
    expect(titleLevelOn(packs, { year: 2013, titles: titles.slice(0, 2) })).toBe("junior");
  });

  it("refuses a code outside of the dictionary", () => {
    const error = failureOf(() =>
      titleLevelOn(packs, { year: 2014, titles: [{ code: "7", from: "2010-01-01" }] }),
    );
    expect(error).toMatchObject({ code: "fact.type", facts: ["code"] });
  });
});

describe("the first obligated year (REQ-09)", () => {
  it.each([
    [true, 2026],
    [false, 2025],
  ])("for an accountant (%s) who began in 2025 is %i", (accountant, firstYear) => {
    const facts = { accountant, startYear: 2025 };
    const request = { pack: "annual-requirement", name: "first-year", year: 2025, facts } as const;
    expect(decideValues(packs, request).values).toEqual({ firstYear });
  });
});
