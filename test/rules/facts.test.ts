import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateHours } from "../../src/rules/evaluate-hours.ts";
import { checkFacts, factProblems } from "../../src/rules/facts.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import type { Field } from "../../src/rules/pack-schema.ts";
import { RuleError } from "../../src/rules/rule-error.ts";
import { counterexampleOf } from "./counterexample.ts";
import { failureOf } from "./failure.ts";

const packs = defaultPacks();

function field(type: Field["type"], more: object = {}): Record<string, Field> {
  return { x: { title: "某项", type, ...more } };
}

const wrongValues: readonly [Field["type"], readonly unknown[]][] = [
  ["integer", [1.5, "1", true, Number.NaN, Number.POSITIVE_INFINITY, 1e6, [1], {}]],
  ["number", ["1", true, Number.NaN, Number.NEGATIVE_INFINITY, 1e300, [], {}]],
  ["hours", [0, -1, 0.05, 1.25, "8", true, Number.NaN]],
  ["text", [5, true, "", "   ", "长".repeat(501), [], {}]],
  ["date", ["2025-02-29", "2025/01/01", 20250101, true, "2025-01-01T00:00"]],
  ["boolean", ["true", 1, 0, "是", []]],
  ["region", ["110105", "4101", 410105, "41010a", "4101055", ""]],
];
const rightValues: readonly [Field["type"], readonly unknown[]][] = [
  ["integer", [0, 1, -1, 100_000]],
  ["number", [0, 1.5, -2.25]],
  ["hours", [0.1, 8, 8.5, 90]],
  ["text", ["字", "长".repeat(500)]],
  ["date", ["2025-02-28", "2024-02-29"]],
  ["boolean", [true, false]],
  ["region", ["410105", "410000", "419001"]],
];

describe("checkFacts", () => {
  for (const [type, values] of wrongValues)
    it.each(values.map((value) => [value]))(`refuses %j as ${type}`, (value) => {
      const error = failureOf(() => checkFacts({ x: value }, field(type)));
      expect(error).toMatchObject({ code: "fact.type", facts: ["x"] });
      expect(error.message).toContain("某项");
      expect(error.messageEn).toContain("x");
    });

  for (const [type, values] of rightValues)
    it.each(values.map((value) => [value]))(`accepts %j as ${type}`, (value) => {
      expect(checkFacts({ x: value }, field(type))).toEqual({ x: value });
    });

  it("accepts the options of a choice and nothing else", () => {
    const fields = field("select", { options: [{ value: "a", title: "甲" }] });
    expect(checkFacts({ x: "a" }, fields)).toEqual({ x: "a" });
    expect(failureOf(() => checkFacts({ x: "A" }, fields)).message).toContain("甲");
  });

  it("keeps to the smallest and the largest value", () => {
    const fields = field("integer", { min: 1, max: 3 });
    expect(checkFacts({ x: 1 }, fields)).toEqual({ x: 1 });
    expect(checkFacts({ x: 3 }, fields)).toEqual({ x: 3 });
    expect(failureOf(() => checkFacts({ x: 0 }, fields))).toMatchObject({ code: "fact.range", facts: ["x"] });
    expect(failureOf(() => checkFacts({ x: 4 }, fields))).toMatchObject({ code: "fact.range", facts: ["x"] });
  });

  it.each([[undefined], [null]])("calls %j missing", (value) => {
    expect(failureOf(() => checkFacts({ x: value }, field("text")))).toMatchObject({ code: "fact.missing" });
    expect(checkFacts({ x: value }, field("text", { optional: true }))).toEqual({});
    expect(checkFacts({ x: value }, field("text", { optional: true, default: "甲" }))).toEqual({ x: "甲" });
  });

  it("names every wrong fact at once", () => {
    const fields: Record<string, Field> = {
      a: { title: "甲", type: "integer" },
      b: { title: "乙", type: "text" },
      c: { title: "丙", type: "boolean" },
    };
    const error = failureOf(() => checkFacts({ a: "1", c: true, d: 1 }, fields));
    expect(error.facts).toEqual(["a", "b", "d"]);
    expect(error.message).toContain("甲");
    expect(error.message).toContain("乙");
  });

  const text: Field = { title: "某项", type: "text" };

  it("is not fooled by the object prototype", () => {
    expect(failureOf(() => checkFacts({}, Object.fromEntries([["toString", text]]))).facts).toEqual([
      "toString",
    ]);
    expect(
      factProblems(JSON.parse('{"__proto__": 1, "constructor": 2}'), {}).map((one) => one.facts[0]),
    ).toEqual(["__proto__", "constructor"]);
  });

  it("shows only the beginning of an enormous unknown name", () => {
    expect(failureOf(() => checkFacts({ ["x".repeat(10_000)]: 1 }, {})).message.length).toBeLessThan(100);
  });
});

describe("evaluateHours with anything as facts", () => {
  const forms = Object.keys(packs.of.conversion.pack.decisions ?? {});

  it("answers or throws a RuleError that names facts, never anything else", () => {
    const anyFacts = fc.dictionary(
      fc.constantFrom(
        "days",
        "level",
        "rank",
        "months",
        "classHours",
        "subject",
        "hours",
        "type",
        "x",
        "__proto__",
      ),
      fc.oneof(fc.jsonValue(), fc.constantFrom("national", "public", "ministry", 1, 2, 3, true, false)),
    );
    expect(
      counterexampleOf(
        fc.property(fc.constantFrom(...forms, "13", "99", ""), anyFacts, (form, facts) => {
          try {
            const { hours } = evaluateHours(packs, { form, year: 2025, facts });
            return hours.public >= 0 && hours.professional >= 0 && hours.public + hours.professional > 0;
          } catch (error) {
            return error instanceof RuleError && error.facts.length > 0 && /[一-龥]/.test(error.message);
          }
        }),
        { numRuns: 3000 },
      ),
    ).toBeNull();
  });

  it("refuses values that cannot even be written as text, by name", () => {
    // Remembered answers are looked up by their facts: one answer has been given before.
    evaluateHours(packs, { form: "04", year: 2025, facts: { level: "ministry", days: 3, presented: false } });
    for (const odd of [{ toString: "" }, Object.create(null), [[]], Symbol("x"), () => 3]) {
      const facts = { level: "ministry", days: odd as never, presented: false };
      const error = failureOf(() => evaluateHours(packs, { form: "04", year: 2025, facts }));
      expect(error.facts).toEqual(["days"]);
    }
  });

  it("refuses each form when any one of its facts is left out", () => {
    for (const form of forms) {
      const facts = packs.of.conversion.pack.decisions?.[form]?.facts ?? {};
      const needed = Object.entries(facts).filter(([, one]) => one.optional !== true);
      const error = failureOf(() => evaluateHours(packs, { form, year: 2025, facts: {} }));
      expect(error.code).toBe("fact.missing");
      expect(error.facts).toEqual(needed.map(([name]) => name));
    }
  });
});
