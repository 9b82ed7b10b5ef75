import { describe, expect, it } from "vitest";
import { checkDefinition } from "../../src/workflows/check/check-definition.ts";
import { mutantsOf } from "./mutations.ts";
import { shippedKeys, shippedXml } from "./support.ts";

/** Of how many mutants one is taken: the first three hold every construct between them. */
const shares: Readonly<Record<string, number>> = {
  "organization-registration": 1,
  declaration: 3,
  transfer: 5,
};
const otherShare = 12;

describe("mutated definitions", () => {
  it.each(shippedKeys())("every mutant of %s is found", async (key) => {
    const mutants = mutantsOf(shippedXml(key)).filter(
      (_, index) => index % (shares[key] ?? otherShare) === 0,
    );
    const missed: string[] = [];
    for (const { name, xml } of mutants) {
      if (!(await checkDefinition(xml)).some(({ severity }) => severity === "error")) missed.push(name);
    }
    expect(missed).toEqual([]);
    expect(mutants.length).toBeGreaterThanOrEqual(key === "organization-registration" ? 100 : 6);
  });
});
