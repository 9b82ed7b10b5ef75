import { isCalendarDate } from "./calendar-days.ts";
import { decideValues } from "./decide-values.ts";
import type { RulePacks } from "./load-packs.ts";
import { RuleError } from "./rule-error.ts";

/** When a year is closed for declarations (PST-04) and from when people are told (PST-05); ISO days, both included. */
export interface YearClosing {
  readonly lastDay: string;
  readonly shownFrom: string;
}

/** Of policy versions that were published before they said it. */
const closingBefore = { lastDay: "12-31", shownFrom: "11-01" };

/** The closing of a year as the declaration policy gives it. @throws RuleError for a year without policy. */
export function yearClosing(packs: RulePacks, year: number): YearClosing {
  const closing = closingOf(packs, year);
  const days = [closing["lastDay"], closing["shownFrom"]].map((day) => `${year}-${String(day)}`);
  const [last = "", shown = ""] = days;
  if (days.every(isCalendarDate)) return { lastDay: last, shownFrom: shown };
  throw new RuleError({
    code: "pack.invalid",
    message: "申报规定没有给出年度截止日期",
    messageEn: "The declaration policy gives no last day of the year",
    facts: [],
  });
}

function closingOf(packs: RulePacks, year: number): Readonly<Record<string, unknown>> {
  if (packs.of["declaration-policy"].pack.decisions?.["closing"] === undefined) return closingBefore;
  const asked = { pack: "declaration-policy", name: "closing", year, facts: {} } as const;
  return decideValues(packs, asked).values ?? {};
}
