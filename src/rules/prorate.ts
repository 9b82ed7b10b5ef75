import { dayNumber, daysInYear, isCalendarDate } from "./calendar-days.ts";
import type { RequirementHours } from "./annual-requirement.ts";
import { decideOne, fillText, type Question, traceOf } from "./decide.ts";
import { evaluateNumber } from "./expression.ts";
import type { RulePacks } from "./load-packs.ts";
import { RuleError } from "./rule-error.ts";
import type { TraceStep } from "./trace.ts";

export const adjustmentKinds = ["abroad", "sick", "maternity", "other"] as const;
export type AdjustmentKind = (typeof adjustmentKinds)[number];

/** An approved absence (PRO-01); both days are counted, ISO dates. */
export interface Adjustment {
  readonly kind: AdjustmentKind;
  readonly from: string;
  readonly to: string;
}

export interface Prorated {
  readonly required: RequirementHours;
  /** False when no absence counts, for example 183 days of sick leave. */
  readonly adjusted: boolean;
  readonly absentDays: number;
  readonly trace: readonly TraceStep[];
}

export interface ProrateRequest {
  readonly year: number;
  readonly base: RequirementHours;
  readonly adjustments: readonly Adjustment[];
  /** Whose rules hold, where a region or a sector has its own (PRO-06). */
  readonly region?: string;
  readonly sector?: string | null;
}

/**
 * The requirement by actual days on post (PRO-01 – 06). Periods of a kind are united before its minimum is checked;
 * kinds that count are united again, so that overlapping absences count once.
 * @throws RuleError naming a wrong `kind`, `from` or `to`.
 */
export function prorate(packs: RulePacks, request: ProrateRequest): Prorated {
  const { year, base } = request;
  const whose = whoseOf(request);
  checkAdjustments(request.adjustments);
  const trace: TraceStep[] = [];
  const counted: DayRange[] = [];
  for (const kind of adjustmentKinds) {
    const ranges = rangesOf(request.adjustments, kind, year);
    const days = unionDays(ranges);
    if (days > 0 && qualifies(packs, { year, facts: { kind, days, ...whose } }, trace))
      counted.push(...ranges);
  }
  const absentDays = unionDays(counted);
  if (absentDays === 0) return { required: base, adjusted: false, absentDays, trace };
  const days = daysInYear(year);
  const facts = {
    public: base.public,
    professional: base.professional,
    onPostDays: days - absentDays,
    daysInYear: days,
    ...whose,
  };
  return { ...applyFormula(packs, { year, facts }, trace), adjusted: true, absentDays, trace };
}

function whoseOf({ region, sector }: ProrateRequest): { region?: string; sector?: string } {
  return {
    ...(region === undefined ? {} : { region }),
    ...(sector === undefined || sector === null ? {} : { sector }),
  };
}

type DayRange = readonly [from: number, to: number];
type Part = { year: number; facts: Question["facts"] };

function qualifies(packs: RulePacks, part: Part, trace: TraceStep[]): boolean {
  const question: Question = { pack: packs.of.adjustment, name: "qualifies", ...part };
  const fired = decideOne(question);
  trace.push(...traceOf(question, fired));
  if (fired.event.type !== "outcome") return false;
  const text = fillText(fired.event.params.explain ?? fired.rule.rule.name, fired);
  trace.push({ kind: "result", text, citations: [fired.citation] });
  return fired.event.params.outcome === "counts";
}

function applyFormula(packs: RulePacks, part: Part, trace: TraceStep[]): { required: RequirementHours } {
  const question: Question = { pack: packs.of.adjustment, name: "prorate", ...part };
  const fired = decideOne(question);
  if (fired.event.type !== "values") return { required: { total: 0, public: 0, professional: 0 } };
  const { values, explain } = fired.event.params;
  for (const [name, value] of Object.entries(values))
    fired.scope.set(name, evaluateNumber(value, fired.scope));
  const number = (name: string): number => Number(fired.scope.value(name) ?? 0);
  const required = {
    total: number("requiredTotal"),
    public: number("requiredPublic"),
    professional: number("requiredProfessional"),
  };
  trace.push(...traceOf(question, fired));
  trace.push({
    kind: "result",
    text: fillText(explain ?? fired.rule.rule.name, fired),
    citations: [fired.citation],
  });
  return { required };
}

/** The periods of a kind as day numbers, cut to the year; all have been checked. */
function rangesOf(adjustments: readonly Adjustment[], kind: AdjustmentKind, year: number): DayRange[] {
  const first = dayNumber(`${year}-01-01`);
  const last = dayNumber(`${year}-12-31`);
  return adjustments
    .filter((one) => one.kind === kind)
    .map(({ from, to }): DayRange => [Math.max(dayNumber(from), first), Math.min(dayNumber(to), last)])
    .filter(([from, to]) => from <= to);
}

/** Days that lie in at least one range. */
function unionDays(ranges: readonly DayRange[]): number {
  let days = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    days += Math.max(0, to - Math.max(from, reached + 1) + 1);
    reached = Math.max(reached, to);
  }
  return days;
}

/** @throws RuleError that names the fact and, of several periods, which one. */
function checkAdjustments(adjustments: readonly Adjustment[]): void {
  for (const [index, { kind, from, to }] of adjustments.entries()) {
    const number = adjustments.length === 1 ? null : index + 1;
    if (!adjustmentKinds.includes(kind))
      throw wrong("kind", number, ["类别应为 abroad、sick、maternity 或 other", "unknown kind"]);
    checkDate("from", from, number);
    checkDate("to", to, number);
    if (from > to) throw wrong("to", number, ["结束日期早于开始日期", "ends before it begins"]);
  }
}

function checkDate(fact: string, value: unknown, number: number | null): void {
  if (typeof value === "string" && isCalendarDate(value)) return;
  const isMissing = value === undefined;
  throw wrong(
    fact,
    number,
    isMissing ? ["缺少日期", "is missing"] : ["应为日期（如 2026-03-01）", "must be an ISO date"],
  );
}

const periodTitles: Readonly<Record<string, string>> = { kind: "类别", from: "开始日期", to: "结束日期" };

function wrong(fact: string, number: number | null, [zh, en]: readonly [string, string]): RuleError {
  return new RuleError({
    code: "fact.type",
    message: `${number === null ? "" : `第 ${number} 个`}折算期间的“${periodTitles[fact] ?? fact}”（${fact}）：${zh}`,
    messageEn: `Adjustment ${number === null ? "" : `${number}, `}${fact}: ${en}`,
    facts: [fact],
  });
}
