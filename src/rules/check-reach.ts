import { compileDecision, isInForce } from "./compile-decision.ts";
import { deriveValues } from "./decide.ts";
import type { Findings } from "./finding.ts";
import type { LoadedPack } from "./load-packs.ts";
import type { Decision, Pack } from "./pack-schema.ts";
import { combinations, probesOf } from "./probes.ts";
import { RuleError } from "./rule-error.ts";

const mostCombinations = 4000;

/**
 * Every rule can hold; in a decision that wants exactly one, no facts are without a rule (a gap) or have two (an
 * overlap), in any year of the pack. Found by trying the values at which an answer can change.
 */
export function checkReach(loaded: LoadedPack, findings: Findings): void {
  for (const [name, decision] of Object.entries(loaded.pack.decisions ?? {}))
    checkDecision(loaded, { name, decision }, findings);
}

function checkDecision(
  loaded: LoadedPack,
  of: { name: string; decision: Decision },
  findings: Findings,
): void {
  const held = new Set<string>();
  const place = `decisions/${of.name}`;
  const faults = new Set<string>();
  for (const year of yearsOf(loaded.pack, of.decision)) {
    const counts = tryYear(loaded, { ...of, year }, held);
    if (of.decision.mode === "all") continue;
    const where = (fault: string | null): string => `${year} 年：${fault}`;
    if (counts.none !== null && !faults.has("gap")) findings.add("rule.gap", place, where(counts.none));
    if (counts.several !== null && !faults.has("overlap"))
      findings.add("rule.overlap", place, where(counts.several));
    if (counts.none !== null) faults.add("gap");
    if (counts.several !== null) faults.add("overlap");
  }
  of.decision.rules.forEach((rule, index) => {
    if (!held.has(rule.name) && !tryRule(loaded, { ...of, index }))
      findings.add("rule.unreachable", `${place}/rules/${index}`, `规则“${rule.name}”永远不会成立`);
  });
}

interface Try {
  readonly name: string;
  readonly decision: Decision;
  readonly year: number;
}

function tryYear(
  loaded: LoadedPack,
  attempt: Try,
  held: Set<string>,
): { none: string | null; several: string | null } {
  const rules = compileDecision(loaded, attempt.name, attempt);
  const probes = probesOf(
    loaded.pack,
    attempt.decision,
    rules.map((one) => one.rule),
  );
  const counts: { none: string | null; several: string | null } = { none: null, several: null };
  for (const facts of combinations(probes, mostCombinations)) {
    const values = derivedOrNull(loaded, attempt, facts);
    if (values === null) continue;
    const holding = rules.filter((rule) => rule.holds(values)).map(({ rule }) => rule.name);
    for (const name of holding) held.add(name);
    if (holding.length === 0) counts.none ??= `没有适用的规则（${JSON.stringify(facts)}）`;
    if (holding.length > 1) counts.several ??= `同时成立：${holding.join("、")}（${JSON.stringify(facts)}）`;
  }
  return counts;
}

/** A rule that no combination for the whole decision reached is tried with the facts that it uses itself. */
function tryRule(loaded: LoadedPack, of: { name: string; decision: Decision; index: number }): boolean {
  const rule = of.decision.rules[of.index];
  if (rule === undefined) return false;
  const probes = probesOf(loaded.pack, of.decision, [rule]);
  return yearsOf(loaded.pack, of.decision)
    .filter((year) => isInForce(rule, year))
    .some((year) => {
      const compiled = compileDecision(loaded, of.name, { decision: of.decision, year }).find(
        (one) => one.rule === rule,
      );
      for (const facts of combinations(probes, mostCombinations)) {
        const values = derivedOrNull(loaded, { ...of, year }, facts);
        if (values !== null && compiled?.holds(values) === true) return true;
      }
      return false;
    });
}

function derivedOrNull(
  loaded: LoadedPack,
  attempt: Try,
  facts: Readonly<Record<string, string | number | boolean>>,
) {
  try {
    return deriveValues({ pack: loaded, name: attempt.name, year: attempt.year, facts });
  } catch (error) {
    // Facts that the tables or types refuse are no gap of the rules.
    if (error instanceof RuleError) return null;
    throw error;
  }
}

/** The years in which rules begin and end, and the years beside them, inside of the pack's own. */
function yearsOf(pack: Pack, decision: Decision): number[] {
  const { from, to } = pack.effective;
  const last = to ?? from + 100;
  const begin = decision.from ?? from;
  const end = Math.min(decision.to ?? last, last);
  const edges = [...decision.rules, ...Object.values(pack.sets ?? {}).flatMap((set) => set.rows)].flatMap(
    (row) => [row.from ?? begin, row.to ?? end],
  );
  const years = [begin, end, 2020, ...edges].flatMap((year) => [year - 1, year, year + 1]);
  return [...new Set(years)].filter((year) => year >= begin && year <= end).sort((a, b) => a - b);
}
