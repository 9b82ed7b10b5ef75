import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileDecision } from "../../src/rules/compile-decision.ts";
import { deriveValues } from "../../src/rules/decide.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import type { Field } from "../../src/rules/pack-schema.ts";
import { RuleError } from "../../src/rules/rule-error.ts";
import { engineFor, rulesThatHold } from "../../src/rules/run-engine.ts";

const packs = defaultPacks();
const all = [...Object.values(packs.of), ...packs.local];

/** Any value that the field accepts, with the numbers and dates near which rules decide made likely. */
function anyValue(field: Field): fc.Arbitrary<number | string | boolean> {
  const whole = fc.oneof(
    fc.integer({ min: field.min ?? 0, max: 20 }),
    fc.constantFrom(17, 183, 184, 2012, 2025, 2026),
  );
  const date = fc.constantFrom(
    "2024-12-31",
    "2025-01-01",
    "2025-06-15",
    "2025-12-31",
    "2026-01-01",
    "2026-12-31",
  );
  const makers: Readonly<Record<Field["type"], fc.Arbitrary<number | string | boolean>>> = {
    select: fc.constantFrom(...(field.options ?? [{ value: "-" }]).map((option) => option.value)),
    boolean: fc.boolean(),
    integer: whole.filter((number) => number >= (field.min ?? number)),
    number: fc.oneof(whole, fc.double({ min: 0, max: 30, noNaN: true })),
    hours: fc.integer({ min: 1, max: 900 }).map((tenths) => tenths / 10),
    text: fc.constantFrom("05", "11", "12", "accounting", "其他"),
    date,
    region: fc.constantFrom("410000", "410105", "410181", "410202", "419001"),
  };
  return makers[field.type];
}

describe("the rules decide as json-rules-engine itself does, on random facts", () => {
  const decisions = all.flatMap((loaded) =>
    Object.entries(loaded.pack.decisions ?? {}).map(([name, decision]) => ({ name, decision, loaded })),
  );

  it.each(decisions.map((one) => [`${one.loaded.ref.id} ${one.name}`, one] as const))(
    "%s",
    async (_, one) => {
      const { loaded, name, decision } = one;
      const anyFacts = fc.record(
        Object.fromEntries(Object.entries(decision.facts).map(([fact, field]) => [fact, anyValue(field)])),
      );
      let compared = 0;
      for (const year of [2013, 2016, 2018, 2026]) {
        const engine = engineFor(decision, year);
        const rules = compileDecision(loaded, name, { decision, year });
        for (const facts of fc.sample(anyFacts, 150)) {
          try {
            const values = deriveValues({ pack: loaded, name, year, facts });
            const own = rules.filter((rule) => rule.holds(values)).map(({ rule }) => rule.name);
            const theirs = await rulesThatHold(engine, values);
            expect(new Set(theirs)).toEqual(new Set(own));
            compared++;
          } catch (error) {
            if (!(error instanceof RuleError)) throw error;
          }
        }
      }
      expect(compared).toBeGreaterThan(100);
    },
  );

  it("runs of one engine at the same time do not disturb each other", async () => {
    const decision = packs.of["annual-requirement"].pack.decisions?.["base"];
    if (decision === undefined) throw new Error("no base decision");
    const engine = engineFor(decision, 2016);
    const runs = Array.from({ length: 500 }, (_, index) => {
      const inZhengzhou = index % 3 === 0;
      return rulesThatHold(engine, { year: 2016, titleLevel: "none", region: "410105", inZhengzhou });
    });
    const results = await Promise.all(runs);
    const expected = results.map((_, index) => [
      index % 3 === 0 ? "2016–2017 年郑州地区" : "2016–2017 年郑州以外地区",
    ]);
    expect(results).toEqual(expected);
  });
});
