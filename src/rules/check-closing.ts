import type { Findings } from "./finding.ts";
import type { LoadedPack, RulePacks } from "./load-packs.ts";
import { RuleError } from "./rule-error.ts";
import { yearClosing } from "./year-closing.ts";

/** The last year that a pack can speak of (`rule-schema.ts`). */
const lastYear = 2200;

/** A declaration policy closes every one of its years on days that exist (PST-04): pages and reviews ask for them. */
export function checkClosing(together: RulePacks, { pack }: LoadedPack, findings: Findings): void {
  if (pack.kind !== "declaration-policy") return;
  const { from, to } = pack.effective;
  for (let year = from; year <= (to ?? lastYear); year += 1) {
    const fault = faultOf(together, year);
    if (fault === null) continue;
    findings.add("closing.invalid", "decisions/closing", `${year} 年：${fault}`);
    return;
  }
}

function faultOf(together: RulePacks, year: number): string | null {
  try {
    yearClosing(together, year);
    return null;
  } catch (error) {
    if (error instanceof RuleError) return error.message;
    throw error;
  }
}
