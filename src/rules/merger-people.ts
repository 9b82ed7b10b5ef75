import { decideValues } from "./decide-values.ts";
import type { RulePacks } from "./load-packs.ts";
import { RuleError } from "./rule-error.ts";

/**
 * Whether a unit must be without people before it applies for a merger (DRG-05, AMB-11), as the policy of a year says.
 * Versions that were published before it said so let the people move.
 */
export function mergerRefusesPeople(packs: RulePacks, year: number): boolean {
  if (packs.of["declaration-policy"].pack.decisions?.["merger"] === undefined) return false;
  const asked = { pack: "declaration-policy", name: "merger", year, facts: {} } as const;
  const refuses = decideValues(packs, asked).values?.["refusesPeople"];
  if (typeof refuses === "number") return refuses !== 0;
  throw new RuleError({
    code: "pack.invalid",
    message: "申报规定没有给出单位合并时人员的处理办法",
    messageEn: "The declaration policy does not say what a merger does with people",
    facts: [],
  });
}
