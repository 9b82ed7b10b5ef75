import { checkDates } from "./check-dates.ts";
import { checkKind } from "./check-kinds.ts";
import { checkReach } from "./check-reach.ts";
import { checkReferences } from "./check-references.ts";
import { type Finding, Findings } from "./finding.ts";
import { deepFreeze, type LoadedPack, loadedPack, type RulePacks, withPack } from "./load-packs.ts";
import { lineOf, parsePack } from "./parse-pack.ts";
import { RuleError } from "./rule-error.ts";
import { runCase } from "./run-case.ts";

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
  if (findings.all.length > 0) return findings.all;
  checkReach(loaded, findings);
  runCases(packs, loaded, findings);
  return findings.all;
}

/** The time that the cases of one pack may take; a pack that needs more is refused. */
const mostCases = 5000;

function runCases(packs: RulePacks, loaded: LoadedPack, findings: Findings): void {
  if (loaded.pack.cases.length > mostCases) {
    findings.add("case.many", "cases", `算例超过 ${mostCases} 个`);
    return;
  }
  const together = withPack(packs, loaded);
  loaded.pack.cases.forEach((packCase, index) => {
    const failure = runCase(together, packCase);
    if (failure !== null) findings.add("case.failed", `cases/${index}`, `算例“${packCase.name}”：${failure}`);
  });
}
