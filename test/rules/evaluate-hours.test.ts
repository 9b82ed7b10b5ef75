import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeHours, evaluateHours, type HoursRequest } from "../../src/rules/evaluate-hours.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import { renderTrace } from "../../src/rules/render-trace.ts";
import { RuleError } from "../../src/rules/rule-error.ts";
import { counterexampleOf } from "./counterexample.ts";
import { failureOf } from "./failure.ts";

const packs = defaultPacks();
const wholeYear = { public: 30, professional: 60 };

function hours(form: string, facts: Record<string, unknown>, more: Partial<HoursRequest> = {}) {
  return evaluateHours(packs, { form, year: 2025, facts, ...more }).hours;
}

/** The tables of the conversion standard, written down a second time from the source (CNV-T1 to T3). */
const projects: Record<string, readonly number[]> = {
  "national main": [68, 60, 52, 44, 36],
  "national sub": [52, 44, 36],
  "provincial main": [60, 52, 44],
  "provincial sub": [44, 36, 28],
};
const papers: Record<string, readonly number[]> = {
  "foreign-or-national-society": [52, 44, 36],
  "provincial-core": [44, 36, 28],
  "issn-and-cn": [36, 28, 20],
};

const ranks = [1, 2, 3, 4, 5, 6, 7, 8];
const projectCells = Object.entries(projects).flatMap(([key, row]) =>
  ranks.map((rank) => ({ key, rank, expected: row[rank - 1] ?? null })),
);

/** The professional hours, or the facts that the refusal names. */
function outcome(form: string, facts: Record<string, unknown>): unknown {
  try {
    return hours(form, facts).professional;
  } catch (error) {
    return error instanceof RuleError ? error.facts : error;
  }
}

describe("form 05, projects (CNV-T1)", () => {
  it.each(projectCells)("gives $expected for rank $rank of $key", ({ key, rank, expected }) => {
    const [level, group] = key.split(" ");
    expect(outcome("05", { level, group, rank })).toEqual(expected ?? ["rank"]);
  });
});

describe("form 06a, books", () => {
  it("counts whole ten thousands of characters without a cap (CNV-10)", () => {
    const perUnit = [16, 12, 8];
    expect(
      counterexampleOf(
        fc.property(
          fc.double({ min: 1, max: 500, noNaN: true }),
          fc.integer({ min: 1, max: 3 }),
          (size, rank) => {
            const { professional } = hours("06a", { tenThousandCharacters: size, rank });
            return professional === Math.floor(size) * (perUnit[rank - 1] ?? 0);
          },
        ),
      ),
    ).toBeNull();
  });
});

describe("form 06b, papers (CNV-T2)", () => {
  const cells = Object.entries(papers).flatMap(([journal, row]) =>
    ranks.map((rank) => ({ journal, rank, expected: row[rank - 1] ?? null })),
  );

  it.each(cells)("gives $expected for author $rank in $journal", ({ journal, rank, expected }) => {
    expect(outcome("06b", { journal, rank, supplement: false })).toEqual(expected ?? ["rank"]);
  });

  it("gives nothing in a supplement issue, whatever the journal", () => {
    for (const journal of Object.keys(papers)) {
      const error = failureOf(() => hours("06b", { journal, rank: 1, supplement: true }));
      expect(error).toMatchObject({ code: "hours.none", facts: ["supplement"] });
      expect(error.message).toContain("增刊");
    }
  });
});

describe("form 04, conferences", () => {
  it("adds the presenter's hours once a conference (CNV-06)", () => {
    expect(
      counterexampleOf(
        fc.property(
          fc.constantFrom("ministry", "province"),
          fc.integer({ min: 1, max: 60 }),
          fc.boolean(),
          (level, days, presented) => {
            const perDay = level === "ministry" ? 6 : 4;
            const { professional } = hours("04", { level, days, presented });
            return professional === days * perDay + (presented ? perDay : 0);
          },
        ),
      ),
    ).toBeNull();
  });

  it("explains itself in the words of the requirement", () => {
    const { trace } = evaluateHours(packs, {
      form: "04",
      year: 2025,
      facts: { level: "ministry", days: 3, presented: true },
    });
    expect(renderTrace(trace)).toBe("国家部委学术会议 3 天 × 6 + 宣读 6 = 24 学时，依据：学时折算标准（四）");
  });
});

describe("form 03b, study", () => {
  it("is 10 a whole month below six months, the year's professional hours from six", () => {
    expect(
      counterexampleOf(
        fc.property(fc.double({ min: 1, max: 24, noNaN: true }), (months) => {
          const { professional } = hours("03b", { months }, { requirement: wholeYear });
          return professional === (months < 6 ? Math.floor(months) * 10 : 60);
        }),
      ),
    ).toBeNull();
  });

  it("takes the requirement that it is given, not a constant", () => {
    const requirement = { public: 22, professional: 52 };
    expect(hours("03b", { months: 8 }, { requirement })).toEqual({ public: 0, professional: 52 });
    expect(hours("11", { months: 12 }, { requirement })).toEqual(requirement);
  });
});

describe("accountants (CNV-19)", () => {
  const samples: readonly [form: string, facts: Record<string, unknown>, changes: boolean][] = [
    ["01", { classHours: 10, subject: "professional" }, true],
    ["02a", { determinedHours: 10 }, true],
    ["02b", { determinedHours: 10 }, true],
    ["03a", { passedCourses: 1 }, true],
    ["03b", { months: 3 }, false],
    ["04", { level: "ministry", days: 1, presented: false }, true],
    ["05", { level: "national", group: "main", rank: 1 }, true],
    ["06a", { tenThousandCharacters: 2, rank: 1 }, true],
    ["06b", { journal: "issn-and-cn", rank: 1, supplement: false }, true],
    ["07", { type: "design", rank: 1 }, true],
    ["08", { level: "national", rank: 1 }, true],
    ["09", { type: "junior" }, true],
    ["10", { endorsed: true }, true],
    ["11", { months: 12 }, false],
    ["12", { days: 1 }, true],
    ["14", { hours: 4, content: "professional" }, true],
    ["15", { determinedHours: 4, filedHours: 4 }, true],
    ["16", { determinedHours: 4, plannedHours: 4 }, true],
    ["17", { courseHours: 4, subject: "professional" }, true],
  ];

  it.each(samples)("form %s", (form, facts, changes) => {
    const own = hours(form, facts, { requirement: wholeYear });
    const accountants = hours(form, facts, { requirement: wholeYear, accountant: true });
    const total = own.public + own.professional;
    expect(accountants).toEqual(changes ? { public: total, professional: 0 } : own);
  });

  it("covers every form but the local ones", () => {
    const forms = Object.keys(packs.of.conversion.pack.decisions ?? {});
    expect(samples.map(([form]) => form).sort()).toEqual(forms.sort());
  });

  it("`accountant: false` is the same as leaving it out", () => {
    for (const [form, facts] of samples)
      expect(hours(form, facts, { requirement: wholeYear, accountant: false })).toEqual(
        hours(form, facts, { requirement: wholeYear }),
      );
  });
});

describe("the years", () => {
  it.each([2012, 1999, 0, -1])("%i has no conversion", (year) => {
    const error = failureOf(() => computeHours(packs, { form: "12", year, facts: { days: 1 } }));
    expect(error).toMatchObject({ code: "year.unsupported", facts: ["year"] });
  });

  it.each(["2025", null, undefined, 2025.5, Number.NaN])("%j is no year", (year) => {
    const error = failureOf(() =>
      computeHours(packs, { form: "12", year: year as number, facts: { days: 1 } }),
    );
    expect(error.facts).toEqual(["year"]);
  });

  it.each([2013, 2018, 2026, 2100])("%i has the same conversion", (year) => {
    expect(evaluateHours(packs, { form: "12", year, facts: { days: 2 } }).hours.professional).toBe(12);
  });
});

describe("the answer", () => {
  const request: HoursRequest = {
    form: "04",
    year: 2025,
    facts: { level: "province", days: 2, presented: true },
  };

  it("names the pack by id, version and hash", () => {
    expect(evaluateHours(packs, request).pack).toEqual(packs.of.conversion.ref);
  });

  it("carries the request, the rule with its comparisons, and both table cells", () => {
    const { trace } = evaluateHours(packs, request);
    expect(trace.map((step) => step.kind)).toEqual(["request", "rule", "table", "table", "result"]);
    expect(trace[0]).toEqual({ kind: "request", call: "hours", input: request });
    expect(trace[1]).toMatchObject({
      conditions: [{ fact: "presented", value: true, actual: true, result: true }],
    });
    expect(trace[2]).toMatchObject({
      table: "conferencePerDay",
      keys: ["province"],
      value: 4,
      from: 2013,
      to: null,
    });
  });

  it("is frozen all the way down, for it is shared", () => {
    const answer = evaluateHours(packs, request);
    expect(Object.isFrozen(answer)).toBe(true);
    expect(Object.isFrozen(answer.trace)).toBe(true);
    expect(Object.isFrozen(answer.trace[2])).toBe(true);
    expect(Object.isFrozen(answer.hours)).toBe(true);
  });

  it("is the same object for an equal request, and equal to a fresh computation", () => {
    const again = { ...request, facts: { ...request.facts } };
    expect(evaluateHours(packs, again)).toBe(evaluateHours(packs, request));
    expect(computeHours(packs, request)).toEqual(evaluateHours(packs, request));
  });

  it("does not change when the caller changes his facts afterwards", () => {
    const facts: Record<string, unknown> = { days: 3 };
    const { trace } = computeHours(packs, { form: "12", year: 2025, facts });
    facts["days"] = 99;
    expect(trace[0]).toMatchObject({ input: { facts: { days: 3 } } });
  });

  it("does not freeze what the caller passed", () => {
    const facts = { days: 4 };
    computeHours(packs, { form: "12", year: 2025, facts });
    expect(Object.isFrozen(facts)).toBe(false);
  });

  it("has at most one decimal", () => {
    expect(
      counterexampleOf(
        fc.property(fc.integer({ min: 1, max: 3000 }), (tenths) => {
          const { professional } = hours("02b", { determinedHours: tenths / 10 });
          return professional === tenths / 10;
        }),
      ),
    ).toBeNull();
  });

  it.each([
    ["01", { classHours: 3, subject: "public" }, { typed: true, maxHours: 3 }],
    ["15", { determinedHours: 3, filedHours: 9 }, { typed: true, maxHours: 9 }],
    ["16", { determinedHours: 3, plannedHours: 8 }, { typed: true, maxHours: 8 }],
    ["12", { days: 1 }, { typed: false, maxHours: 6 }],
    ["17", { courseHours: 3, subject: "public" }, { typed: false, maxHours: 3 }],
  ])("form %s says whether the hours are typed and their limit", (form, facts, limits) => {
    expect(evaluateHours(packs, { form, year: 2025, facts })).toMatchObject(limits);
  });
});

describe("descriptive fields", () => {
  it("may be among the facts and change nothing", () => {
    const facts = {
      level: "ministry",
      days: 1,
      presented: false,
      conferenceName: "某年会",
      organizer: "某学会",
    };
    expect(hours("04", facts)).toEqual({ public: 0, professional: 6 });
  });

  it("of another form are unknown", () => {
    const error = failureOf(() => hours("12", { days: 1, patentNumber: "ZL1" }));
    expect(error).toMatchObject({ code: "fact.unknown", facts: ["patentNumber"] });
  });

  it("must have their type", () => {
    const facts = { level: "ministry", days: 1, presented: false, conferenceName: 5 };
    expect(failureOf(() => hours("04", facts))).toMatchObject({
      code: "fact.type",
      facts: ["conferenceName"],
    });
  });
});

describe("whole-year forms", () => {
  it.each([
    ["03b", { months: 6 }],
    ["11", { months: 12 }],
  ])("form %s without requirement names it", (form, facts) => {
    expect(failureOf(() => hours(form, facts))).toMatchObject({
      code: "fact.missing",
      facts: ["requirement"],
    });
  });

  it.each([
    { public: "30", professional: 60 },
    { public: -1, professional: 60 },
    { public: 30 },
    { public: 30, professional: 1e9 },
  ])("refuse the requirement %j", (requirement) => {
    const error = failureOf(() => hours("11", { months: 12 }, { requirement: requirement as never }));
    expect(error).toMatchObject({ code: "fact.type", facts: ["requirement"] });
  });
});

describe("what an answer cites", () => {
  const cited = (form: string, facts: Record<string, unknown>) =>
    evaluateHours(packs, { form, year: 2025, facts, requirement: wholeYear }).citations.map(
      ({ document, text }) => ({ isGuide: document.includes("操作指南"), text }),
    );

  it("is the standard for more than six months of study, and the platform's own reading for exactly six", () => {
    const guide = {
      isGuide: true,
      text: expect.stringContaining("超过6个月的，可计算完成年度全部专业科目的学时"),
    };
    const reading = { isGuide: false, text: expect.stringContaining("进修恰满6个月的") };
    expect(cited("03b", { months: 6.1 })).toEqual([guide]);
    expect(cited("03b", { months: 6 })).toEqual([reading]);
  });

  it("says why an accountant's hours count to 公需, and nothing of the kind where they do not (DEC-03, CNV-19)", () => {
    const explained = (form: string, facts: Record<string, unknown>) =>
      renderTrace(
        evaluateHours(packs, { form, year: 2025, facts, requirement: wholeYear, accountant: true }).trace,
      );
    expect(explained("12", { days: 2 })).toBe(
      "服务基层活动 2 天 × 6 = 12 学时，依据：学时折算标准（十二）；会计人员，12 学时计入公需科目，依据：会计人员的计入科目",
    );
    expect(explained("03b", { months: 2 })).toBe("课程进修 2 个月 × 10 = 20 学时，依据：学时折算标准（三）");
    expect(cited("12", { days: 2 })).toHaveLength(1);
  });

  it("is not the guide where the guide says nothing: online courses", () => {
    expect(cited("17", { courseHours: 3, subject: "public" })).toMatchObject([{ isGuide: false }]);
  });

  it("is the guide to the letter: duty ranks of projects", () => {
    const [citation] = cited("05", { level: "provincial", group: "sub", rank: 3 });
    expect(citation?.text?.match(/按职责排序，前[35]名/g)).toHaveLength(4);
  });
});
