import { Budget } from "./budget.ts";
import { checkAuthorities } from "./check-authority.ts";
import { checkClosing } from "./check-closing.ts";
import { checkDates } from "./check-dates.ts";
import { checkForms } from "./check-forms.ts";
import { checkKind } from "./check-kinds.ts";
import { checkReach } from "./check-reach.ts";
import { checkReferences } from "./check-references.ts";
import { type Finding, Findings } from "./finding.ts";
import { deepFreeze, type LoadedPack, loadedPack, type RulePacks, withPack } from "./load-packs.ts";
import type { PackCase } from "./pack-schema.ts";
import { lineOf, parsePack } from "./parse-pack.ts";
import { RuleError } from "./rule-error.ts";
import { runCase } from "./run-case.ts";
import { mostWorkdayDays } from "./workdays.ts";

export interface PackCheck {
  readonly findings: readonly Finding[];
  /** How many of the pack's own cases were run. */
  readonly cases: number;
  /** The pack, if it may be used. */
  readonly loaded: LoadedPack | null;
}

/**
 * Everything that publishing a pack asks for: schema, dates without gaps or overlaps, citations, reachable rules, and
 * the pack's own cases together with the other packs. Never throws for a bad pack, and ends within two seconds.
 */
export function checkPack(packs: RulePacks, text: string, name: string): PackCheck {
  try {
    const { pack, lines } = parsePack(text, name);
    const loaded = loadedPack(deepFreeze(pack), text);
    const findings = findingsOf(packs, loaded).map((finding) => ({
      ...finding,
      line: lineOf(lines, finding.place),
    }));
    return { findings, cases: pack.cases.length, loaded: findings.length === 0 ? loaded : null };
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return {
      findings: [{ pack: name, place: "", code: error.code, message: error.message }],
      cases: 0,
      loaded: null,
    };
  }
}

/** The findings about a pack that could be read. Cases are run only when the pack is sound otherwise. */
export function findingsOf(packs: RulePacks, loaded: LoadedPack): Finding[] {
  const findings = new Findings(loaded.pack.id);
  checkDates(loaded.pack, findings);
  checkKind(loaded.pack, findings);
  checkReferences(loaded.pack, findings);
  checkForms(packs, loaded, findings);
  checkAuthorities(packs, loaded, findings);
  if (findings.all.length > 0) return findings.all;
  const budget = new Budget(mostSteps);
  checkReach(loaded, findings, budget);
  const together = withPack(packs, loaded);
  if (findings.all.length === 0) checkClosing(together, loaded, findings);
  runCases(together, loaded, { findings, budget });
  return findings.all;
}

/** About half a second of work; the shipped packs need a third of it at most. */
const mostSteps = 60_000;

/** After so many failing cases the rest would tell nothing new. */
const mostFailures = 50;

function runCases(
  together: RulePacks,
  loaded: LoadedPack,
  within: { findings: Findings; budget: Budget },
): void {
  const { findings, budget } = within;
  let failures = 0;
  loaded.pack.cases.forEach((packCase, index) => {
    if (failures >= mostFailures || !budget.spend(costOf(together, packCase))) return;
    const failure = runCase(together, packCase);
    if (failure === null) return;
    failures++;
    findings.add("case.failed", `cases/${index}`, `算例“${packCase.name}”：${failure}`);
  });
  if (budget.isSpent) findings.add("pack.too_complex", "cases", "算例过多，无法在规定的工作量内运行");
}

/** Steps that a case may take at most. */
function costOf(together: RulePacks, packCase: PackCase): number {
  if (packCase.call === "workdays") return mostWorkdayDays / 4;
  if (packCase.call !== "determine" && packCase.call !== "gap") return 5;
  const suggestions = together.of.determination.pack.suggestions ?? [];
  return suggestions.reduce((sum, { max }) => sum + max / 2, 20);
}
