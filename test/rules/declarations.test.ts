import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkDeclaration, checkPeople, type DeclarationRequest } from "../../src/rules/check-declaration.ts";
import { duplicateKey, duplicateKeys } from "../../src/rules/duplicate-key.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import { counterexampleOf } from "./counterexample.ts";
import { failureOf } from "./failure.ts";

const packs = defaultPacks();
const conference = {
  level: "ministry",
  days: 2,
  presented: false,
  conferenceName: "全国学术年会",
  organizer: "某学会",
};

function check(change: Partial<DeclarationRequest> = {}) {
  return checkDeclaration(packs, {
    today: "2026-06-30",
    year: 2026,
    form: "04",
    subject: "professional",
    accountant: false,
    facts: conference,
    startDate: "2026-05-10",
    endDate: "2026-05-12",
    ...change,
  });
}

function problems(
  change: Partial<DeclarationRequest>,
): { code: string; fact: string | undefined; message: string }[] {
  const answer = check(change);
  return answer.ok ? [] : answer.problems.map(({ code, fact, message }) => ({ code, fact, message }));
}

function codes(change: Partial<DeclarationRequest>): string[] {
  return problems(change).map((problem) => problem.code);
}

describe("checkDeclaration", () => {
  it("accepts a declaration of the current year and gives its hours", () => {
    expect(check()).toMatchObject({ ok: true, answer: { hours: { public: 0, professional: 12 } } });
  });

  it("closes past years in the words of the regulation (PST-01)", () => {
    const past = { year: 2025, startDate: "2025-05-10", endDate: "2025-05-12" };
    expect(problems(past)).toEqual([
      { code: "declaration.past_year", fact: "year", message: "往年学时申报已截止，目前仅可申报当年学时" },
    ]);
    expect(codes({ ...past, makeUpWindow: true })).toEqual([]);
  });

  it("does not open future years, not even in a make-up window", () => {
    const future = { year: 2027, makeUpWindow: true };
    expect(codes(future)).toContain("declaration.future_year");
  });

  it.each([
    ["2026-12-31", []],
    ["2027-01-01", ["declaration.past_year"]],
  ])("on %s the year 2026 gives %j", (today, expected) => {
    expect(codes({ today })).toEqual(expected);
  });

  describe("dates", () => {
    it.each([
      [{ endDate: "2026-06-30", startDate: "2026-06-29" }, []],
      [{ endDate: "2026-07-01", startDate: "2026-06-29" }, ["declaration.future_end"]],
      [{ startDate: "2026-05-13" }, ["declaration.period"]],
      [{ startDate: "2025-12-30", endDate: "2025-12-31" }, ["declaration.outside_year"]],
      [{ startDate: "2025-12-31", endDate: "2026-01-01" }, []],
      [{ startDate: "2026-05-12" }, ["declaration.longer_than_period"]],
      [{ startDate: "2026-05-11" }, []],
      [{ startDate: "2026-02-30" }, ["fact.missing"]],
      [{ endDate: "" }, ["fact.missing"]],
      [{ today: "yesterday" }, ["fact.missing"]],
    ])("%j give %j", (change, expected) => {
      expect(codes(change)).toEqual(expected);
    });

    it.each(["05", "11"])("of form %s need only overlap the year (DEC-10)", (form) => {
      const facts =
        form === "05"
          ? {
              level: "national",
              group: "main",
              rank: 1,
              projectName: "某课题",
              projectNumber: "K1",
              authority: "某委",
              approvedOn: "2025-01-01",
            }
          : { months: 12, kind: "tibet", dispatchedBy: "某院", place: "拉萨" };
      const long = { form, facts, requirement: { public: 30, professional: 60 } };
      expect(codes({ ...long, startDate: "2025-06-01", endDate: "2028-05-31" })).toEqual([]);
      expect(codes({ ...long, startDate: "2024-06-01", endDate: "2025-12-31" })).toContain(
        "declaration.no_overlap",
      );
      expect(codes({ ...long, startDate: "2027-01-01", endDate: "2028-12-31" })).toContain(
        "declaration.no_overlap",
      );
      expect(codes({ ...long, startDate: "2026-07-01", endDate: "2028-12-31" })).toContain(
        "declaration.future_start",
      );
    });

    it("count months of a secondment only up to today", () => {
      const facts = { months: 12, kind: "tibet", dispatchedBy: "某院", place: "拉萨" };
      const long = {
        form: "11",
        facts,
        requirement: { public: 30, professional: 60 },
        endDate: "2027-12-31",
      };
      expect(codes({ ...long, startDate: "2025-07-01" })).toEqual([]);
      expect(codes({ ...long, startDate: "2025-07-02" })).toEqual(["declaration.longer_than_period"]);
    });
  });

  describe("subjects", () => {
    it("are public for accountants, and cannot be changed (DEC-03)", () => {
      expect(check({ accountant: true, subject: "public" })).toMatchObject({
        ok: true,
        answer: { hours: { public: 12 } },
      });
      expect(codes({ accountant: true })).toEqual(["declaration.accountant_subject"]);
    });

    it("follow the form for everyone else (AMB-18)", () => {
      expect(codes({ subject: "public" })).toEqual(["declaration.subject_not_allowed"]);
      const lecture = { hours: 4, content: "law-policy-ethics", trainingName: "职业道德" };
      expect(codes({ form: "14", subject: "public", facts: lecture })).toEqual([]);
    });
  });

  describe("hours", () => {
    it.each([
      [undefined, []],
      [12, []],
      [0.5, []],
      [12.1, ["declaration.hours_above"]],
      [0, ["declaration.hours_above"]],
      [-1, ["declaration.hours_above"]],
    ])("%j gives %j (DEC-11)", (hours, expected) => {
      expect(codes(hours === undefined ? {} : { hours })).toEqual(expected);
    });

    it("above the computed value say which value that is", () => {
      expect(problems({ hours: 20 })[0]?.message).toBe("申报学时 20 超过按规则计算的 12 学时");
    });
  });

  describe("fields", () => {
    it("that the form requires must be there", () => {
      const { conferenceName: _, ...facts } = conference;
      expect(problems({ facts })).toMatchObject([{ code: "fact.missing", fact: "conferenceName" }]);
    });

    it("that are shown on a condition are required only then", () => {
      expect(problems({ facts: { ...conference, presented: true } })).toMatchObject([{ fact: "paperTitle" }]);
      expect(codes({ facts: { ...conference, presented: true, paperTitle: "某论文" } })).toEqual([]);
    });

    it("that are wrong are all reported at once, with the date problems", () => {
      const facts = { ...conference, level: "world", days: 1.5, extra: 1 };
      const found = problems({ facts, year: 2025 });
      expect(new Set(found.map((one) => one.fact))).toEqual(
        new Set(["days", "endDate", "extra", "level", "year"]),
      );
    });
  });

  it.each(["99", "", "__proto__", "constructor"])(
    "reports the unknown form %j instead of throwing",
    (form) => {
      expect(codes({ form })).toEqual(["form.unknown"]);
    },
  );

  it("reports a rule that gives no hours", () => {
    const facts = {
      journal: "issn-and-cn",
      rank: 4,
      supplement: false,
      paperTitle: "某论文",
      journalName: "某刊",
      issn: "1000-0001",
      volume: "1(1):1-9",
      publishedOn: "2026-05-01",
    };
    expect(problems({ form: "06b", facts })).toMatchObject([{ code: "hours.outside_table", fact: "rank" }]);
  });

  it("never throws, whatever is entered", () => {
    const property = fc.property(
      fc.record({
        today: fc.constantFrom("2026-06-30", "x"),
        year: fc.constantFrom(2012, 2025, 2026, 2027, 2026.5),
        form: fc.constantFrom("01", "04", "05", "11", "13", "16", "zz"),
        subject: fc.constantFrom("public", "professional"),
        accountant: fc.boolean(),
        facts: fc.dictionary(fc.constantFrom("days", "months", "rank", "localRule", "x"), fc.jsonValue()),
        startDate: fc.constantFrom("2025-01-01", "2026-06-01", "2027-02-29"),
        endDate: fc.constantFrom("2026-06-30", "2026-06-31", "2026-07-01"),
        hours: fc.constantFrom(0, 5, 1e9),
      }),
      (request) => {
        const answer = checkDeclaration(packs, request as never);
        return (
          answer.ok || answer.problems.every(({ code, message }) => code !== "" && /[一-龥]/.test(message))
        );
      },
    );
    expect(counterexampleOf(property, { numRuns: 1500 })).toBeNull();
  });
});

describe("checkPeople (DEC-02)", () => {
  it.each([
    [[], true],
    [[true], true],
    [[false], true],
    [[true, true, true], true],
    [[false, false], true],
    [[true, false], false],
    [[false, false, true], false],
  ])("%j together: %s", (accountants, isAllowed) => {
    expect(
      checkPeople(
        packs,
        accountants.map((accountant) => ({ accountant })),
      ).ok,
    ).toBe(isAllowed);
  });

  it("refuses in the words of the regulation (ACC-05)", () => {
    const answer = checkPeople(packs, [{ accountant: true }, { accountant: false }]);
    expect(answer).toEqual({
      ok: false,
      problems: [
        { code: "declaration.mixed_people", fact: "people", message: "不得同时选择会计人员和非会计人员" },
      ],
    });
  });
});

describe("duplicateKey (DEC-13)", () => {
  const key = (
    form: string,
    facts: Record<string, unknown>,
    more: { year?: number; personId?: string } = {},
  ) => duplicateKey(packs, { form, year: 2025, facts, personId: "p1", ...more });

  it("is the same for spelling variants of a patent number", () => {
    const plain = key("07", { patentNumber: "ZL202410000001X" });
    for (const patentNumber of [
      "zl 2024 1 0000001.x",
      "ＺＬ２０２４１００００００１．Ｘ",
      " ZL202410000001-X ",
    ])
      expect(key("07", { patentNumber })).toBe(plain);
  });

  it.each([
    "10.1000/abc.1",
    "https://doi.org/10.1000/ABC.1",
    "doi.org/10.1000/abc.1",
    "http://dx.doi.org/10.1000/abc.1",
  ])("knows the DOI %s", (doi) => {
    expect(key("06b", { doi })).toBe(key("06b", { doi: "10.1000/ABC.1" }));
  });

  it("gives every key, so that a paper claimed by DOI and by title is found", () => {
    const facts = { doi: "10.1000/1", issn: "1000-0001", paperTitle: "论某事" };
    const [byDoi, byTitle] = duplicateKeys(packs, { form: "06b", year: 2025, facts, personId: "p1" });
    expect(byDoi).toBe(key("06b", { doi: "10.1000/1" }));
    expect(byTitle).toBe(key("06b", { issn: "1000-0001", paperTitle: "论某事" }));
  });

  it("includes the year for projects and secondments, not for patents", () => {
    const project = { projectNumber: "K1" };
    expect(key("05", project)).not.toBe(key("05", project, { year: 2026 }));
    const patent = { patentNumber: "ZL1" };
    expect(key("07", patent)).toBe(key("07", patent, { year: 2026 }));
  });

  it("lets two people claim the same work", () => {
    const patent = { patentNumber: "ZL1" };
    expect(key("07", patent)).not.toBe(key("07", patent, { personId: "p2" }));
  });

  it.each([
    [{}],
    [{ patentNumber: "" }],
    [{ patentNumber: " -。" }],
    [{ patentNumber: null }],
    [{ patentNumber: {} }],
  ])("is null for %j", (facts) => {
    expect(key("07", facts)).toBeNull();
  });

  it("refuses an unknown form", () => {
    expect(failureOf(() => key("99", {}))).toMatchObject({ code: "form.unknown" });
  });
});
