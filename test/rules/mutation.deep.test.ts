import { describe, expect, it } from "vitest";
import { defaultPacks, loadPack, type LoadedPack, withPack } from "../../src/rules/load-packs.ts";
import { RuleError } from "../../src/rules/rule-error.ts";
import { runCase } from "../../src/rules/run-case.ts";
import { mutantsOf } from "./mutants.ts";

const packs = defaultPacks();

/** What catches a mutant: the pack's own cases, or already the schema; null when neither does. */
function caughtBy(text: string): "cases" | "schema" | null {
  let loaded: LoadedPack;
  try {
    loaded = loadPack(text, "mutant");
  } catch (error) {
    if (error instanceof RuleError) return "schema";
    throw error;
  }
  const together = withPack(packs, loaded);
  return loaded.pack.cases.some((one) => runCase(together, one) !== null) ? "cases" : null;
}

describe("each number, comparison and date of the shipped packs, changed by one", () => {
  it.each([...Object.values(packs.of), ...packs.local].map((one) => [one.ref.id, one] as const))(
    "is caught by the cases of %s",
    (id, { pack }) => {
      const mutants = mutantsOf(pack);
      const results = mutants.map((mutant) => ({ ...mutant, caughtBy: caughtBy(mutant.text) }));
      const count = (by: string | null): number => results.filter((one) => one.caughtBy === by).length;
      const summary = ["cases", "schema"].map((by) => `${by} ${count(by)}`);
      process.stdout.write(`${id}: ${mutants.length} mutants: ${summary.join(", ")}\n`);
      const survivors = results.filter((one) => one.caughtBy === null);
      expect(survivors.map(({ place, was, is }) => `${place}: ${was} → ${is}`)).toEqual([]);
      expect(mutants.length).toBeGreaterThan(0);
    },
  );
});
