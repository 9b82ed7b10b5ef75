import type { RequirementHours } from "./annual-requirement.ts";
import { evaluateHours, type Subject } from "./evaluate-hours.ts";
import type { RulePacks } from "./load-packs.ts";
import type { Suggestion } from "./pack-schema.ts";
import { RuleError } from "./rule-error.ts";

/** One way to reach the missing hours of a subject. */
export interface GapWay {
  readonly subject: Subject;
  readonly form: string;
  readonly facts: Readonly<Record<string, number | string | boolean>>;
  /** What the activity would bring. */
  readonly hours: number;
  /** Hours above what is missing: smaller is nearer. */
  readonly excess: number;
  readonly text: string;
}

/**
 * For each subject that lacks hours, the least of each suggested activity that reaches them, nearest first (PER-15).
 * Hours come from the conversion pack, so a suggestion never promises what the rules do not give.
 */
export function closeGap(packs: RulePacks, gap: { year: number; missing: RequirementHours }): GapWay[] {
  const suggestions = packs.of.determination.pack.suggestions ?? [];
  return suggestions
    .map((suggestion) =>
      leastWay(packs, suggestion, { year: gap.year, missing: gap.missing[suggestion.subject] }),
    )
    .filter((way) => way !== null)
    .sort((a, b) => a.excess - b.excess);
}

function leastWay(
  packs: RulePacks,
  suggestion: Suggestion,
  gap: { year: number; missing: number },
): GapWay | null {
  if (gap.missing <= 0) return null;
  for (let amount = 1; amount <= suggestion.max; amount++) {
    const facts = { ...suggestion.facts, [suggestion.vary]: amount };
    const hours = hoursOf(packs, { form: suggestion.form, year: gap.year, facts })[suggestion.subject];
    if (hours < gap.missing) continue;
    return {
      subject: suggestion.subject,
      form: suggestion.form,
      facts,
      hours,
      excess: Math.round((hours - gap.missing) * 10) / 10,
      text: suggestion.say.replace("{n}", String(amount)).replace("{hours}", String(hours)),
    };
  }
  return null;
}

function hoursOf(
  packs: RulePacks,
  request: Parameters<typeof evaluateHours>[1],
): { public: number; professional: number } {
  try {
    return evaluateHours(packs, request).hours;
  } catch (error) {
    // A suggestion that the rules give no hours for is no suggestion.
    if (error instanceof RuleError) return { public: 0, professional: 0 };
    throw error;
  }
}
