import { compileDecision } from "./compile-decision.ts";
import { deriveValues } from "./decide.ts";
import { type Finding, Findings } from "./finding.ts";
import type { LoadedPack } from "./load-packs.ts";
import type { Decision } from "./pack-schema.ts";
import { combinations, probesOf } from "./probes.ts";
import { RuleError } from "./rule-error.ts";
import { engineFor, rulesThatHold } from "./run-engine.ts";

/** Rule runs in the engine a pack: each takes some ten microseconds. */
const mostRuns = 40_000;

/**
 * Runs the rules of a pack in json-rules-engine itself, at the values where answers change, and compares which rules
 * hold with the run that answers requests. Any difference is a fault of the platform and blocks publishing.
 */
export async function checkWithEngine(loaded: LoadedPack): Promise<readonly Finding[]> {
  const findings = new Findings(loaded.ref.id);
  const decisions = Object.entries(loaded.pack.decisions ?? {});
  const rules = decisions.reduce((sum, [, { rules: own }]) => sum + own.length, 0);
  const limit = Math.min(60, Math.max(1, Math.floor(mostRuns / (4 * rules))));
  for (const [name, decision] of decisions)
    for (const year of new Set([decision.from ?? loaded.pack.effective.from, 2014, 2016, 2026]))
      await compareYear(loaded, { name, decision, year, limit }, findings);
  return findings.all;
}

async function compareYear(
  loaded: LoadedPack,
  about: { name: string; decision: Decision; year: number; limit: number },
  findings: Findings,
): Promise<void> {
  const rules = compileDecision(loaded, about.name, about);
  const engine = engineFor(about.decision, about.year);
  const probes = probesOf(
    loaded.pack,
    about.decision,
    rules.map((one) => one.rule),
  );
  for (const facts of combinations(probes, about.limit)) {
    const values = derivedOrNull({ pack: loaded, name: about.name, year: about.year, facts });
    if (values === null) continue;
    const own = rules.filter((rule) => rule.holds(values)).map(({ rule }) => rule.name);
    const theirs = await rulesThatHold(engine, values);
    if (own.sort().join() !== theirs.sort().join())
      findings.add(
        "engine.differs",
        `decisions/${about.name}`,
        `规则引擎的判断不同：${JSON.stringify(facts)}`,
      );
  }
}

function derivedOrNull(question: Parameters<typeof deriveValues>[0]) {
  try {
    return deriveValues(question);
  } catch (error) {
    if (error instanceof RuleError) return null;
    throw error;
  }
}
