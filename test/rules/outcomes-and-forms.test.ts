import { describe, expect, it } from "vitest";
import { decideOutcome, outcomesOf } from "../../src/rules/decide-outcome.ts";
import { importCredits } from "../../src/rules/decide-values.ts";
import { evaluateHours } from "../../src/rules/evaluate-hours.ts";
import { formDefinitions } from "../../src/rules/form-definition.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import { renderTrace } from "../../src/rules/render-trace.ts";
import { replayTrace } from "../../src/rules/replay-trace.ts";
import { annualRequirement } from "../../src/rules/annual-requirement.ts";
import { determineYear } from "../../src/rules/determine-year.ts";
import { citationsOf } from "../../src/rules/trace.ts";
import { rules as rulesOfProcesses } from "../../src/workflows/catalogue.ts";
import { addWorkdays, isWorkday, workdaysBetween } from "../../src/rules/workdays.ts";
import { failureOf } from "./failure.ts";

const packs = defaultPacks();

describe("decideOutcome", () => {
  it.each([
    [{ accountant: false, origin: "person" }, "full"],
    [{ accountant: false, origin: "employer" }, "superiors"],
    [{ accountant: false, origin: "base" }, "full"],
    [{ accountant: true, origin: "person" }, "employer-then-bureau"],
    [{ accountant: true, origin: "employer" }, "bureau-only"],
    [{ accountant: true, origin: "base" }, "employer-then-bureau"],
  ])("routes a declaration %j by %s (FLW-01 – 07)", (facts, outcome) => {
    expect(decideOutcome(packs, "declarationRoute", facts).outcome).toBe(outcome);
  });

  it("gives only outcomes that the rule declares", () => {
    expect(outcomesOf(packs, "declarationRoute")).toEqual([
      "full",
      "employer-then-bureau",
      "bureau-only",
      "superiors",
    ]);
    for (const form of formDefinitions(packs, { year: 2026 }))
      expect(outcomesOf(packs, "hoursDeterminer")).toContain(
        decideOutcome(packs, "hoursDeterminer", { form: form.id }).outcome,
      );
  });

  it("knows who determines the hours from the form itself (APR-12)", () => {
    const determiner = (facts: Record<string, unknown>): string =>
      decideOutcome(packs, "hoursDeterminer", facts).outcome;
    expect(["05", "06a", "06b"].map((form) => determiner({ form }))).toEqual([
      "employer",
      "employer",
      "employer",
    ]);
    expect(determiner({ form: "04" })).toBe("none");
    expect(determiner({ form: "13" })).toBe("local-authority");
    expect(determiner({ determiner: "platform" })).toBe("platform");
    for (const form of formDefinitions(packs, { year: 2026 }))
      expect(determiner({ form: form.id })).toBe(form.determiner ?? "none");
  });

  it.each([
    ["closureKind", { kind: "close" }, "close"],
    ["closureKind", { kind: "merge" }, "merge"],
    ["transferWay", { way: "person" }, "person"],
    ["transferWay", { way: "employer" }, "employer"],
  ])("%s %j is %s (DRG-05, TRF-02, TRF-03)", (rule, facts, outcome) => {
    expect(decideOutcome(packs, rule, facts).outcome).toBe(outcome);
  });

  it.each(Object.entries(rulesOfProcesses).map(([name, { outcomes }]) => [name, outcomes] as const))(
    "a process may ask %s, and every outcome of it is answered to some facts",
    (name, outcomes) => {
      expect(outcomesOf(packs, name)).toEqual(outcomes);
      const answered = packs.of.routing.pack.cases.flatMap(({ call, input, expect: expected }) =>
        call === "outcome" && Reflect.get(Object(input), "rule") === name && expected !== undefined
          ? [decideOutcome(packs, name, Reflect.get(Object(input), "facts")).outcome]
          : [],
      );
      expect(new Set(answered)).toEqual(new Set(outcomes));
    },
  );

  it("explains the route with its clause", () => {
    const { trace } = decideOutcome(packs, "declarationRoute", { accountant: true, origin: "employer" });
    expect(renderTrace(trace)).toBe("人社部门审核，依据：单位申报的审核");
  });

  it.each([
    ["nothing", {}, "decision.unknown"],
    ["__proto__", {}, "decision.unknown"],
    ["declarationRoute", { accountant: "no", origin: "person" }, "fact.type"],
    ["declarationRoute", { accountant: false, origin: "bureau" }, "fact.type"],
    ["declarationRoute", { accountant: false }, "fact.missing"],
    ["declarationRoute", { accountant: false, origin: "person", form: "04" }, "fact.unknown"],
    ["closureKind", { kind: "split" }, "fact.type"],
    ["transferWay", {}, "fact.missing"],
    ["hoursDeterminer", { form: "zz" }, "form.unknown"],
    ["planRoute", { directlyUnderBureau: true, year: 2012 }, "year.unsupported"],
  ])("refuses %s with %j: %s", (rule, facts, code) => {
    expect(failureOf(() => decideOutcome(packs, rule, facts)).code).toBe(code);
  });
});

describe("formDefinitions", () => {
  const forms = formDefinitions(packs, { year: 2026 });

  it("lists the forms of the dictionary in order", () => {
    expect(forms.map((form) => form.id)).toEqual(
      "01 02a 02b 03a 03b 04 05 06a 06b 07 08 09 10 11 12 14 15 16 17".split(" "),
    );
  });

  it("has every fact of the calculation as a field, and says which they are", () => {
    for (const form of forms) {
      const facts = Object.keys(packs.of.conversion.pack.decisions?.[form.id]?.facts ?? {});
      expect(form.fields.filter((field) => field.calculates).map((field) => field.name)).toEqual(facts);
    }
  });

  it("has Chinese titles, options for each choice, evidence and a citation", () => {
    for (const form of forms) {
      expect(form.title).toMatch(/[一-龥]/);
      expect(form.citation.clause).not.toBe("");
      for (const field of form.fields) {
        expect(field.title).toMatch(/[一-龥]|ISBN|ISSN|DOI/);
        expect((field.options ?? []).length > 0).toBe(field.type === "select");
      }
    }
    expect(forms.filter((form) => form.evidence.length === 0).map((form) => form.id)).toEqual(["17"]);
  });

  it("asks ranks per person (DEC-12)", () => {
    const perPerson = forms
      .filter((form) => form.fields.some((field) => field.perPerson === true))
      .map((form) => form.id);
    expect(perPerson).toEqual(["05", "06a", "06b", "07", "08"]);
  });

  it("is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(forms))).toEqual(forms);
  });

  it("describes the conference form as the dictionary does", () => {
    expect(forms.find((form) => form.id === "04")).toMatchObject({
      title: "学术会议",
      subjects: ["professional"],
      hoursAreTyped: false,
      determiner: null,
      evidence: [
        { key: "notice", title: "会议通知", required: true },
        { key: "unit", title: "单位证明", required: true },
        {
          key: "presented",
          title: "宣读证明",
          required: true,
          showWhen: { fact: "presented", equal: true },
        },
      ],
    });
  });

  it("has typed hours exactly where people determine them", () => {
    expect(forms.filter((form) => form.hoursAreTyped).map((form) => form.id)).toEqual(
      "01 02a 02b 14 15 16".split(" "),
    );
  });

  it("knows no forms before 2013", () => {
    expect(formDefinitions(packs, { year: 2012 })).toEqual([]);
  });
});

describe("replayTrace", () => {
  const answers = {
    hours: evaluateHours(packs, {
      form: "05",
      year: 2025,
      facts: { level: "national", group: "sub", rank: 2 },
    }),
    requirement: annualRequirement(packs, { year: 2014, titleLevel: "senior", region: "410105" }),
    determine: determineYear(packs, {
      year: 2025,
      titleLevel: "none",
      region: "410105",
      asOf: "2026-01-01",
      credits: { public: 20, professional: 70 },
      adjustments: [{ kind: "maternity", from: "2025-03-01", to: "2025-06-06" }],
    }),
    outcome: decideOutcome(packs, "declarationRoute", { accountant: false, origin: "person" }),
  };

  it.each(Object.entries(answers))("repeats a stored %s answer", (_, { trace, pack }) => {
    const stored = JSON.parse(JSON.stringify({ trace, pack }));
    expect(replayTrace(packs, stored).isSame).toBe(true);
  });

  it.each(Object.entries(answers))("notices a stored %s answer that was changed", (_, { trace, pack }) => {
    const text = JSON.stringify({ trace, pack });
    const changed = text.replace(/"kind":"result","text":"/, '"kind":"result","text":"改');
    expect(changed).not.toBe(text);
    expect(replayTrace(packs, JSON.parse(changed)).isSame).toBe(false);
  });

  it("refuses a trace of another version of the pack", () => {
    const { trace, pack } = answers.hours;
    const error = failureOf(() => replayTrace(packs, { trace, pack: { ...pack, sha256: "0".repeat(64) } }));
    expect(error.code).toBe("trace.version");
    expect(failureOf(() => replayTrace(packs, { trace, pack: { ...pack, version: "2020.1" } })).code).toBe(
      "trace.version",
    );
  });

  it("refuses a trace without its request", () => {
    const { trace, pack } = answers.hours;
    expect(failureOf(() => replayTrace(packs, { trace: trace.slice(1), pack })).code).toBe("trace.invalid");
    expect(failureOf(() => replayTrace(packs, { trace: [], pack })).code).toBe("trace.invalid");
  });

  it("names each citation once", () => {
    const keys = citationsOf(answers.determine.trace).map((citation) => citation.key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("importCredits (ACC-04)", () => {
  it("gives professional hours, one a credit, with its clause", () => {
    const {
      public: common,
      professional,
      trace,
    } = importCredits(packs, { year: 2025, credits: 60, confirmedYear: 2025 });
    expect([common, professional]).toEqual([0, 60]);
    expect(renderTrace(trace)).toBe("会计专业科目 60 学分 × 1 = 60 学时，依据：会计学分换算");
  });

  it("does not carry credits over", () => {
    const error = failureOf(() => importCredits(packs, { year: 2026, credits: 60, confirmedYear: 2025 }));
    expect(error.message).toContain("不得结转");
  });
});

describe("working days (FLW-11)", () => {
  it("knows the National Day of 2025, which is joined with the Mid-Autumn Festival", () => {
    expect(workdaysBetween(packs, { from: "2025-09-26", to: "2025-10-13" })).toEqual([
      "2025-09-26",
      "2025-09-28",
      "2025-09-29",
      "2025-09-30",
      "2025-10-09",
      "2025-10-10",
      "2025-10-11",
      "2025-10-13",
    ]);
  });

  it("ends a term of ten working days after ten of them", () => {
    expect(addWorkdays(packs, "2025-09-26", 10)).toBe("2025-10-16");
    expect(addWorkdays(packs, "2026-11-23", 1)).toBe("2026-11-24");
    expect(addWorkdays(packs, "2026-11-27", 1)).toBe("2026-11-30");
    expect(addWorkdays(packs, "2026-11-28", 0)).toBe("2026-11-28");
  });

  it("agrees with counting: the n-th working day after a day is the last of n", () => {
    for (let count = 1; count <= 60; count++) {
      const end = addWorkdays(packs, "2025-12-20", count);
      expect(workdaysBetween(packs, { from: "2025-12-21", to: end })).toHaveLength(count);
      expect(isWorkday(packs, end)).toBe(true);
    }
  });

  it("refuses what is no date", () => {
    expect(failureOf(() => isWorkday(packs, "2025-02-29")).facts).toEqual(["date"]);
  });
});
