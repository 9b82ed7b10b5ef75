import type { Budget } from "./budget.ts";
import { type CompiledRule, compileDecision, isInForce, type Values } from "./compile-decision.ts";
import { deriveValues, type Question } from "./decide.ts";
import type { Findings } from "./finding.ts";
import type { LoadedPack } from "./load-packs.ts";
import type { Decision, Pack } from "./pack-schema.ts";
import { combinations, probesOf } from "./probes.ts";
import { RuleError } from "./rule-error.ts";
import type { PackRule } from "./rule-schema.ts";

/** Combinations that are tried for a decision in a year. */
const mostCombinations = 1500;
/** Years in which rules may begin or end. */
const mostYears = 120;

/**
 * Every rule can hold; in a decision that wants exactly one, no facts are without a rule (a gap) or have two (an
 * overlap), in any year of the pack. Found by trying the values at which an answer can change. A pack that needs more
 * work than the budget has is refused.
 */
export function checkReach(loaded: LoadedPack, findings: Findings, budget: Budget): void {
  for (const [name, decision] of Object.entries(loaded.pack.decisions ?? {}))
    checkDecision({ loaded, name, decision, budget }, findings);
  if (budget.isSpent) findings.add("pack.too_complex", "decisions", "规则过多，无法在规定的工作量内检查");
}

interface Subject {
  readonly loaded: LoadedPack;
  readonly name: string;
  readonly decision: Decision;
  readonly budget: Budget;
}

function checkDecision(of: Subject, findings: Findings): void {
  if (of.budget.isSpent) return;
  const place = `decisions/${of.name}`;
  const years = yearsOf(of.loaded.pack, of.decision);
  if (years.length > mostYears) {
    findings.add("pack.too_complex", place, "规则的起止年份过多");
    return;
  }
  const held = new Set<string>();
  const faults = new Map<string, string>();
  for (const year of years) {
    const { none, several } = tryYear({ ...of, year }, held);
    if (none !== null && !faults.has("rule.gap")) faults.set("rule.gap", `${year} 年：${none}`);
    if (several !== null && !faults.has("rule.overlap")) faults.set("rule.overlap", `${year} 年：${several}`);
  }
  if (of.decision.mode === "one") for (const [code, message] of faults) findings.add(code, place, message);
  of.decision.rules.forEach((rule, index) => {
    const isReached = held.has(rule.name) || of.budget.isSpent || tryRule(of, rule, years);
    if (!isReached && !of.budget.isSpent)
      findings.add("rule.unreachable", `${place}/rules/${index}`, `规则“${rule.name}”永远不会成立`);
  });
}

interface Try extends Subject {
  readonly year: number;
}

function tryYear(attempt: Try, held: Set<string>): { none: string | null; several: string | null } {
  if (attempt.budget.isSpent) return { none: null, several: null };
  const rules = compileDecision(attempt.loaded, attempt.name, attempt);
  const counts: { none: string | null; several: string | null } = { none: null, several: null };
  for (const { facts, values } of tries(attempt, rules)) {
    const holding = rules.filter((rule) => rule.holds(values)).map(({ rule }) => rule.name);
    for (const name of holding) held.add(name);
    if (holding.length === 0) counts.none ??= `没有适用的规则${inWords(facts, attempt.decision)}`;
    if (holding.length > 1)
      counts.several ??= `同时成立：${holding.slice(0, 5).join("、")}${inWords(facts, attempt.decision)}`;
  }
  return counts;
}

/** The facts as the form shows them, and as the pack writes them. */
function inWords(facts: Readonly<Record<string, unknown>>, decision: Decision): string {
  const parts = Object.entries(facts).map(([name, value]) => {
    const field = decision.facts[name];
    const option = field?.options?.find((one) => one.value === value);
    const plain = typeof value === "boolean" ? (value ? "是" : "否") : String(value);
    const shown = option === undefined ? plain : `${option.title}（${plain}）`;
    return `“${field?.title ?? name}”（${name}）为 ${shown}`;
  });
  return parts.length === 0 ? "" : `（例如${parts.join("，")}）`;
}

/** A rule that no combination for the whole decision reached is tried with the facts that it uses itself. */
function tryRule(of: Subject, rule: PackRule, years: readonly number[]): boolean {
  return years
    .filter((year) => isInForce(rule, year))
    .some((year) => {
      const attempt = { ...of, year };
      const compiled = compileDecision(of.loaded, of.name, attempt).filter((one) => one.rule === rule);
      for (const { values } of tries(attempt, compiled))
        if (compiled.some((one) => one.holds(values))) return true;
      return false;
    });
}

/** Facts at which the answer of these rules can change, with the derived values; ends when the budget is spent. */
function* tries(attempt: Try, rules: readonly CompiledRule[]): Generator<{ facts: Values; values: Values }> {
  const { loaded, name, year, decision, budget } = attempt;
  const probes = probesOf(
    loaded.pack,
    decision,
    rules.map((one) => one.rule),
  );
  budget.spend(rules.length / 2);
  for (const facts of combinations(probes, mostCombinations)) {
    if (!budget.spend(1 + rules.length / 20)) return;
    const values = derivedOrNull({ pack: loaded, name, year, facts });
    if (values !== null) yield { facts, values };
  }
}

function derivedOrNull(question: Question): Values | null {
  try {
    return deriveValues(question);
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
