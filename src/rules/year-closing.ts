import { dayNumber, isCalendarDate, isoFromDayNumber } from "./calendar-days.ts";
import { decideValues } from "./decide-values.ts";
import type { RulePacks } from "./load-packs.ts";
import { RuleError } from "./rule-error.ts";

/** The days on which a year closes (PST-04) and from which people are told (PST-05); ISO days, all included. */
export interface YearClosing {
  /** until when the year is declared */
  readonly lastDay: string;
  readonly shownFrom: string;
  /** until when what was sent in time and returned may be sent again: the last day and the days of grace */
  readonly lastCorrectionDay: string;
  /** until when declarations of the year may be approved; null: for ever (APR-08) */
  readonly lastApprovalDay: string | null;
}

type Given = Readonly<Record<string, unknown>>;

/** Of policy versions that were published before they said it. */
const closingBefore: Given = { lastDay: "12-31", shownFrom: "11-01" };

/** More days of grace than a year would let two years be corrected at once; ten years of approvals are as good as all. */
const mostDays = { graceDays: 366, approvalDays: 3660 };

/**
 * The closing of a year as the declaration policy gives it: `lastDay` and `shownFrom` as month and day, `graceDays` and
 * `approvalDays` counted from the last day. Without days of grace there are none, without days for approvals these have
 * no end. @throws RuleError for a year without policy, or a policy that gives no such days.
 */
export function yearClosing(packs: RulePacks, year: number): YearClosing {
  const given = closingOf(packs, year);
  const lastDay = dayOf(year, given["lastDay"]);
  const shownFrom = dayOf(year, given["shownFrom"]);
  const grace = daysOf(given, "graceDays") ?? 0;
  const approval = daysOf(given, "approvalDays");
  // What may still be sent again must have a day left to be approved.
  if (approval !== null && approval < grace) throw invalid("approvalDays 不能少于 graceDays");
  return {
    lastDay,
    shownFrom,
    lastCorrectionDay: daysAfter(lastDay, grace),
    lastApprovalDay: approval === null ? null : daysAfter(lastDay, approval),
  };
}

/** The same, where a year that the policy does not speak of has no closing: null. */
export function closingIfAny(packs: RulePacks, year: number): YearClosing | null {
  try {
    return yearClosing(packs, year);
  } catch (error) {
    if (error instanceof RuleError) return null;
    throw error;
  }
}

function closingOf(packs: RulePacks, year: number): Given {
  if (packs.of["declaration-policy"].pack.decisions?.["closing"] === undefined) return closingBefore;
  const asked = { pack: "declaration-policy", name: "closing", year, facts: {} } as const;
  return decideValues(packs, asked).values ?? {};
}

function dayOf(year: number, monthAndDay: unknown): string {
  const day = `${year}-${String(monthAndDay)}`;
  if (isCalendarDate(day)) return day;
  throw invalid("lastDay、shownFrom 应为存在的月-日");
}

function daysOf(given: Given, name: keyof typeof mostDays): number | null {
  const days = given[name];
  if (days === undefined) return null;
  if (typeof days === "number" && Number.isInteger(days) && days >= 0 && days <= mostDays[name]) return days;
  throw invalid(`${name} 应为 0 至 ${mostDays[name]} 的整数`);
}

function daysAfter(day: string, days: number): string {
  return isoFromDayNumber(dayNumber(day) + days);
}

function invalid(reason: string): RuleError {
  return new RuleError({
    code: "pack.invalid",
    message: `申报规定没有给出年度截止日期：${reason}`,
    messageEn: "The declaration policy gives no closing days of the year",
    facts: [],
  });
}
