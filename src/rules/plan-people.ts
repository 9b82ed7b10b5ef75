import { decideValues } from "./decide-values.ts";
import type { RulePacks } from "./load-packs.ts";
import { RuleError } from "./rule-error.ts";

/** What a tenth more was before the pack said it: versions that were published earlier have no such decision. */
const toleranceBefore = 0.1;

/** How many people a training plan of a year may be declared for: the planned ones and a tolerance (PLN-07). */
export function mostPlanPeople(
  packs: RulePacks,
  { year, plannedPeople }: { year: number; plannedPeople: number },
): number {
  if (packs.of["declaration-policy"].pack.decisions?.["plan"] === undefined)
    return plannedPeople + Math.floor(plannedPeople * toleranceBefore);
  const facts = { plannedPeople };
  const { values } = decideValues(packs, { pack: "declaration-policy", name: "plan", year, facts });
  const most = values?.["mostPeople"];
  if (typeof most === "number") return most;
  throw new RuleError({
    code: "pack.invalid",
    message: "申报规定没有给出培训计划的最多参加人数",
    messageEn: "The declaration policy gives no most people of a plan",
    facts: [],
  });
}
