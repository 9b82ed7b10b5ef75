import { describe, expect, it } from "vitest";
import { defaultPacks } from "../../../src/rules/load-packs.ts";
import {
  type Activity,
  assessDeclaration,
} from "../../../src/server/queries/declarations/assess-declaration.ts";
import { exampleOf, formExamples } from "../../support/forms.ts";

const packs = defaultPacks();
const today = "2026-11-23";
const person = {
  _id: "p",
  isAccountant: false,
  titles: [],
  titleLevel: "3",
  regionCode: "410105",
  industry: "Q",
};
const accountant = { ...person, isAccountant: true };

function assess(form: string, change: Partial<Activity> = {}, of = person) {
  const { facts, startDate, endDate } = exampleOf(form);
  const activity = { year: 2026, form, facts, startDate, endDate, ...change };
  return assessDeclaration(packs, today, { activity, person: of });
}

describe("assessDeclaration", () => {
  it.each(formExamples)("computes the hours of form $form without problems", ({ form, hours }) => {
    const assessment = assess(form);
    expect(assessment.problems).toEqual([]);
    expect(assessment.hours).toEqual(hours);
    expect(assessment.duplicateKeys.length).toBeGreaterThan(0);
  });

  it.each(formExamples.filter(({ form }) => form !== "03b" && form !== "11"))(
    "counts an accountant's hours of form $form to the common-required subject (DEC-03)",
    ({ form, hours, facts }) => {
      const { subject: _chosen, ...rest } = facts;
      const assessment = assess(form, { facts: rest }, accountant);
      expect(assessment.problems).toEqual([]);
      expect(assessment.subject).toBe("public");
      expect(assessment.hours).toEqual({ public: hours.public + hours.professional, professional: 0 });
    },
  );

  it("refuses another subject for an accountant", () => {
    const { problems } = assess("04", { subject: "professional" }, accountant);
    expect(problems.map(({ code }) => code)).toContain("declaration.accountant_subject");
  });

  it("gives form 01 the declaration's subject when its facts have none", () => {
    const { subject: _chosen, ...facts } = exampleOf("01").facts;
    const assessment = assess("01", { facts, subject: "public" });
    expect(assessment.hours).toEqual({ public: 24, professional: 0 });
    expect(assessment.facts["subject"]).toBe("public");
  });

  it("lets hours be lowered, not raised, in each subject (DEC-11)", () => {
    expect(assess("04", { hours: { public: 0, professional: 10 } })).toMatchObject({
      hours: { public: 0, professional: 10 },
      problems: [],
    });
    expect(assess("04", { hours: { public: 0, professional: 25 } }).problems[0]?.message).toContain(
      "专业 25 超过 24",
    );
    expect(assess("04", { hours: { public: 24, professional: 0 } }).problems[0]?.message).toContain(
      "公需 24 超过 0",
    );
    expect(assess("04", { hours: { public: 0, professional: 0 } }).problems[0]?.message).toContain("大于 0");
    expect(assess("04", { hours: { public: 0, professional: 1.25 } }).problems[0]?.message).toContain(
      "一位小数",
    );
  });

  it("names a past year, a future end and an end outside the year", () => {
    expect(assess("04", { year: 2025 }).problems.map(({ code }) => code)).toContain("declaration.past_year");
    expect(assess("04", { endDate: "2026-12-01" }).problems.map(({ code }) => code)).toContain(
      "declaration.future_end",
    );
    expect(
      assess("04", { startDate: "2025-12-30", endDate: "2025-12-31" }).problems.map(({ code }) => code),
    ).toContain("declaration.outside_year");
  });

  it("still shows the hours beside the problems, for the live calculation", () => {
    const assessment = assess("04", { endDate: "2026-12-01" });
    expect(assessment.answer?.hours).toEqual({ public: 0, professional: 24 });
    expect(assessment.problems).not.toEqual([]);
  });

  it.each([
    ["an unknown form", "99", {}],
    ["a missing fact", "04", { facts: { level: "ministry" } }],
    ["a fact of the wrong type", "04", { facts: { ...exampleOf("04").facts, days: "three" } }],
    ["an unknown fact", "04", { facts: { ...exampleOf("04").facts, bribe: 1 } }],
    ["more days than the period has", "04", { facts: { ...exampleOf("04").facts, days: 9 } }],
    ["a prototype's name as form", "constructor", {}],
    ["a rank outside the table", "07", { facts: { ...exampleOf("07").facts, rank: 4 } }],
  ])("answers %s with problems, never with an exception", (_name, form, change) => {
    const example = formExamples.find((one) => one.form === form) ?? exampleOf("04");
    const { facts, startDate, endDate } = example;
    const activity = { year: 2026, form, facts, startDate, endDate, ...change };
    const assessment = assessDeclaration(packs, today, { activity, person });
    expect(assessment.problems.length).toBeGreaterThan(0);
    expect(assessment.problems[0]?.message).toMatch(/[一-龥]/);
  });
});
