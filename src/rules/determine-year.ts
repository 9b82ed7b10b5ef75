import { annualRequirement, type RequirementHours, type RequirementRequest } from "./annual-requirement.ts";
import { isCalendarDate } from "./calendar-days.ts";
import { hasOneDecimal } from "./facts.ts";
import { closeGap, type GapWay } from "./close-gap.ts";
import { decideOne, fillText, type Question, traceOf } from "./decide.ts";
import type { SubjectHours } from "./evaluate-hours.ts";
import type { RulePacks } from "./load-packs.ts";
import { type Adjustment, prorate } from "./prorate.ts";
import { RuleError } from "./rule-error.ts";
import { type Citation, citationsOf, type Json, type PackRef, type TraceStep } from "./trace.ts";

export const annualResults = ["passed", "failed", "in-progress", "passed-by-adjustment"] as const;
/** 通过 / 未通过 / 进行中 / 折算通过 (REQ-07). */
export type AnnualResult = (typeof annualResults)[number];

/** Whether a result entitles to a certificate: 通过 or 折算通过. */
export function isPassed(result: string): boolean {
  return result === "passed" || result === "passed-by-adjustment";
}

export interface DetermineRequest extends RequirementRequest {
  /** The day of the determination: until 31 December of the year a gap is 进行中, afterwards 未通过. */
  readonly asOf: string;
  readonly credits: SubjectHours;
  readonly adjustments?: readonly Adjustment[];
}

export interface DetermineAnswer {
  readonly result: AnnualResult;
  readonly required: RequirementHours;
  /** Hours still missing; excess in one subject never offsets the other (REQ-04). */
  readonly missing: RequirementHours;
  readonly adjusted: boolean;
  readonly trace: readonly TraceStep[];
  readonly citations: readonly Citation[];
  readonly pack: PackRef;
  /** The nearest ways to reach what is missing (PER-15); empty when nothing is. */
  readonly closeGap: readonly GapWay[];
}

/**
 * The annual result of a person (REQ, PRO), with what is missing per subject and ways to close the gap.
 * @throws RuleError naming a missing or wrong fact.
 */
export function determineYear(packs: RulePacks, request: DetermineRequest): DetermineAnswer {
  const answer = determineOnly(packs, request);
  return { ...answer, closeGap: closeGap(packs, { year: request.year, missing: answer.missing }) };
}

/** `determineYear` without the ways to close the gap: for whoever stores the result. */
export function determineOnly(
  packs: RulePacks,
  request: DetermineRequest,
): Omit<DetermineAnswer, "closeGap"> {
  checkInput(request);
  const { credits, adjustments, year, titleLevel, region, sector } = request;
  const base = annualRequirement(packs, { year, titleLevel, region, sector: sector ?? null });
  const prorated = prorate(packs, {
    year,
    base: plainHours(base),
    adjustments: adjustments ?? [],
    region,
    sector: sector ?? null,
  });
  const question = resultQuestion(packs, request, { base: plainHours(base), required: prorated.required });
  const fired = decideOne(question);
  const result = outcomeOf(fired.event);
  const missing = missingOf(credits, prorated.required);
  const trace: TraceStep[] = [
    { kind: "request", call: "determine", input: plainRequest(request) },
    ...base.trace.slice(1),
    ...prorated.trace,
    ...traceOf(question, fired),
    {
      kind: "result",
      text: `${comparison(credits, prorated.required)}：${fillText(fired.event.type === "outcome" ? (fired.event.params.explain ?? result) : result, fired)}`,
      citations: [fired.citation],
    },
  ];
  return {
    result,
    required: prorated.required,
    missing,
    adjusted: prorated.adjusted,
    trace,
    citations: citationsOf(trace),
    pack: packs.of.determination.ref,
  };
}

/** What is missing to reach `required`, in hours with one decimal. */
export function missingOf(credits: SubjectHours, required: RequirementHours): RequirementHours {
  return {
    total: shortfall(required.total, credits.public + credits.professional),
    public: shortfall(required.public, credits.public),
    professional: shortfall(required.professional, credits.professional),
  };
}

function shortfall(required: number, credited: number): number {
  return Math.max(0, Math.round((required - credited) * 10) / 10);
}

function resultQuestion(
  packs: RulePacks,
  request: DetermineRequest,
  hours: { base: RequirementHours; required: RequirementHours },
): Question {
  const { year, asOf, credits } = request;
  const missing = missingOf(credits, hours.required);
  const beforeAdjustment = missingOf(credits, hours.base);
  return {
    pack: packs.of.determination,
    name: "result",
    year,
    facts: {
      asOf,
      yearEnd: `${year}-12-31`,
      missingPublic: missing.public,
      missingProfessional: missing.professional,
      missingTotal: missing.total,
      metWithoutAdjustment: Object.values(beforeAdjustment).every((hours) => hours === 0),
    },
  };
}

function outcomeOf(event: { type: string; params: object }): AnnualResult {
  const outcome = "outcome" in event.params ? event.params.outcome : undefined;
  const found = annualResults.find((one) => one === outcome);
  if (found !== undefined) return found;
  throw new RuleError({
    code: "pack.invalid",
    message: "年度认定规则没有给出结果",
    messageEn: "The determination pack gives no result",
    facts: [],
  });
}

function comparison(credits: SubjectHours, required: RequirementHours): string {
  const line = (name: string, has: number, needs: number): string =>
    `${name} ${has} ${has >= needs ? "≥" : "<"} ${needs} ${has >= needs ? "✓" : "✗"}`;
  const total = Math.round((credits.public + credits.professional) * 10) / 10;
  return [
    line("公需", credits.public, required.public),
    line("专业", credits.professional, required.professional),
    line("合计", total, required.total),
  ].join("，");
}

function checkInput(request: DetermineRequest): void {
  if (typeof request.asOf !== "string" || !isCalendarDate(request.asOf))
    throw wrong("asOf", request.asOf, ["应为日期（如 2026-03-01）", "an ISO date"]);
  const { credits } = request;
  if (typeof credits !== "object" || credits === null)
    throw wrong("credits", undefined, ["应为公需和专业学时数", "the hours of both subjects"]);
  for (const subject of ["public", "professional"] as const)
    if (!isCredit(credits[subject])) throw wrong(`credits.${subject}`, credits[subject], creditForm);
  if (request.adjustments !== undefined && !Array.isArray(request.adjustments))
    throw wrong("adjustments", request.adjustments, ["应为期间的列表", "a list of periods"]);
}

/** Finer than a tenth, hours would be compared as rounded: 29.99 would pass for 30 (CNV-22). */
function isCredit(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 100_000 && hasOneDecimal(value);
}

const creditForm = [
  "应为 0 至 100000 的学时数，最多一位小数",
  "a number of hours from 0 to 100000 with at most one decimal",
] as const;

const inputTitles: Readonly<Record<string, string>> = {
  asOf: "认定日期",
  credits: "已取得学时",
  "credits.public": "已取得公需学时",
  "credits.professional": "已取得专业学时",
  adjustments: "折算期间",
};

function wrong(fact: string, value: unknown, expected: readonly [zh: string, en: string]): RuleError {
  const isMissing = value === undefined;
  const named = `“${inputTitles[fact] ?? fact}”（${fact}）`;
  return new RuleError({
    code: isMissing ? "fact.missing" : "fact.type",
    message: isMissing ? `缺少${named}` : `${named}${expected[0]}`,
    messageEn: isMissing ? `Missing fact: ${fact}` : `Fact ${fact} must be ${expected[1]}`,
    facts: [fact],
  });
}

function plainHours(hours: RequirementHours): RequirementHours {
  return { total: hours.total, public: hours.public, professional: hours.professional };
}

function plainRequest(request: DetermineRequest): Json {
  const { year, titleLevel, region, sector, asOf, credits, adjustments } = request;
  return {
    year,
    titleLevel,
    region,
    sector: sector ?? null,
    asOf,
    credits: { public: credits.public, professional: credits.professional },
    adjustments: (adjustments ?? []).map(({ kind, from, to }) => ({ kind, from, to })),
  };
}
