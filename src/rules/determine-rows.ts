import { annualRequirement, type RequirementHours, type RequirementRequest } from "./annual-requirement.ts";
import { type AnnualResult, determineOnly } from "./determine-year.ts";
import type { RulePacks } from "./load-packs.ts";
import { type Adjustment, prorate } from "./prorate.ts";

/** A stored person-year: who, and the sums that the ledger implies. */
export interface PersonYearRow extends RequirementRequest {
  readonly public: number;
  readonly professional: number;
  readonly adjustments?: readonly Adjustment[];
}

/**
 * A function that determines many person-years, a million in under a second: there are only some sixty distinct
 * (year, level, region, sector) tuples, so the rules run once a tuple and hours are compared in plain code. Only
 * adjustments are prorated row by row. Answers equal those of `determineYear` (test/rules/determine-year.test.ts).
 */
export function rowDeterminer(packs: RulePacks, asOf: string): (row: PersonYearRow) => AnnualResult {
  const requirements: Requirements = new Map();
  const results = new Map<number, AnnualResult>();
  return (row) => {
    const base = requirementOf(packs, row, requirements);
    const metBase = isMet(row, base);
    const met = metBase || isMet(row, prorated(packs, row, base));
    // The result depends on these three alone, so the rules decide once for each combination.
    const combination = row.year * 4 + (met ? 2 : 0) + (metBase ? 1 : 0);
    let result = results.get(combination);
    if (result === undefined) {
      result = inFull(packs, row, asOf);
      results.set(combination, result);
    }
    return result;
  };
}

function prorated(packs: RulePacks, row: PersonYearRow, base: RequirementHours): RequirementHours {
  const { year, adjustments, region } = row;
  if (adjustments === undefined || adjustments.length === 0) return base;
  return prorate(packs, { year, base, adjustments, region, sector: row.sector ?? null }).required;
}

/** By region, year, level and sector: nested, for joining four parts to one key costs more than four look-ups. */
type Requirements = Map<string, Map<number, Map<string, Map<string | null, RequirementHours>>>>;

function requirementOf(packs: RulePacks, row: PersonYearRow, known: Requirements): RequirementHours {
  const { year, titleLevel, region } = row;
  const sector = row.sector ?? null;
  const found = known.get(region)?.get(year)?.get(titleLevel)?.get(sector);
  if (found !== undefined) return found;
  const required = annualRequirement(packs, { year, titleLevel, region, sector });
  const ofLevel = inner(inner(inner(known, region), year), titleLevel);
  ofLevel.set(sector, required);
  return required;
}

function inner<K, L, V>(map: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const found = map.get(key) ?? new Map<L, V>();
  map.set(key, found);
  return found;
}

/** In tenths of an hour, so that 29.9 + 60.1 is 90. */
function isMet(row: PersonYearRow, required: RequirementHours): boolean {
  return (
    row.public >= required.public &&
    row.professional >= required.professional &&
    Math.round((row.public + row.professional) * 10) >= Math.round(required.total * 10)
  );
}

function inFull(packs: RulePacks, row: PersonYearRow, asOf: string): AnnualResult {
  const { year, titleLevel, region, sector } = row;
  const person = { year, titleLevel, region, sector: sector ?? null };
  const credits = { public: row.public, professional: row.professional };
  return determineOnly(packs, { ...person, asOf, credits, adjustments: row.adjustments ?? [] }).result;
}
