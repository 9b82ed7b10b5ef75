import { describe, expect, it } from "vitest";
import { checkDefinition } from "../../src/workflows/check/check-definition.ts";
import { mutantsOf } from "./mutations.ts";
import { shippedKeys, shippedXml } from "./support.ts";

/** These are mutated whole: they hold every construct between them. Of the others every fifth mutant is taken. */
const whole = new Set(["declaration", "organization-registration", "transfer"]);

describe("mutated definitions", () => {
  it.each(shippedKeys())("every mutant of %s is found", async (key) => {
    const mutants = mutantsOf(shippedXml(key)).filter((_, index) => whole.has(key) || index % 5 === 0);
    const missed: string[] = [];
    for (const { name, xml } of mutants) {
      if (!(await checkDefinition(xml)).some(({ severity }) => severity === "error")) missed.push(name);
    }
    expect(missed).toEqual([]);
    expect(mutants.length).toBeGreaterThanOrEqual(whole.has(key) ? 100 : 20);
  });
});
