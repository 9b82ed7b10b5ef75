import { decideOne, fillText, type Fired, type Question, traceOf } from "./decide.ts";
import { keepingDecisions, noteAgain } from "./engine-witness.ts";
import { evaluate, evaluateNumber } from "./expression.ts";
import { type Facts, hasOneDecimal } from "./facts.ts";
import { findForm, localForm } from "./find-form.ts";
import { citationOf, deepFreeze, type RulePacks } from "./load-packs.ts";
import type { Pack } from "./pack-schema.ts";
import { recallHours, rememberHours } from "./memo.ts";
import type { RuleEvent } from "./rule-schema.ts";
import { RuleError } from "./rule-error.ts";
import { type Citation, citationsOf, type Json, type PackRef, type TraceStep } from "./trace.ts";

export type Subject = "public" | "professional";
/** Study hours (学时) by subject, with at most one decimal (CNV-22). */
export type SubjectHours = { readonly public: number; readonly professional: number };

export interface HoursRequest {
  /** Form id of dictionaries §5: `01`, `02a` … `17`. */
  readonly form: string;
  /** 认证年度. */
  readonly year: number;
  readonly facts: Facts;
  /** 会计人员: hours count to the common-required subject except for forms 03b and 11 (CNV-19). */
  readonly accountant?: boolean;
  /** The year's requirement, needed by the forms that credit a whole year (03b from 6 months, 11). */
  readonly requirement?: SubjectHours;
}

export interface HoursAnswer {
  readonly hours: SubjectHours;
  /** The most that may be credited: planned or filed hours where the form has them, else the sum of `hours`. */
  readonly maxHours: number;
  /** True when a person determines the hours: the entered value is the limit (DEC-11). */
  readonly typed: boolean;
  readonly trace: readonly TraceStep[];
  readonly citations: readonly Citation[];
  readonly pack: PackRef;
}

/**
 * The study hours of one activity (CNV-01 – 22), with trace and citations. Pure and memoised, together with the
 * decisions behind it, which a witness is shown each time; answers are frozen.
 * @throws RuleError naming the facts that are missing, unknown or mistyped, or that a rule gives no hours for.
 */
export function evaluateHours(packs: RulePacks, request: HoursRequest): HoursAnswer {
  const known = recallHours(packs, request);
  if (known !== undefined) {
    noteAgain(known.made);
    return known.answer;
  }
  const { result: answer, made } = keepingDecisions(() => deepFreeze(computeHours(packs, request)));
  rememberHours(packs, request, { answer, made });
  return answer;
}

/** `evaluateHours` without memo: the answer is the caller's own, not frozen; `unfiled` also tries local rules that are still being drafted. */
export function computeHours(
  packs: RulePacks,
  request: HoursRequest,
  trial = { unfiled: false },
): HoursAnswer {
  const { pack, name, decision } = findForm(packs, request, trial);
  const question: Question = {
    pack,
    name,
    year: request.year,
    facts: factsOf(request),
    details: decision.form?.details ?? {},
    ...(request.requirement === undefined ? {} : { requirement: checkRequirement(request.requirement) }),
  };
  const { fired, event, credits } = credited(question);
  const hours = request.accountant === true ? forAccountant(credits, fired) : credits;
  const total = oneDecimal(hours.public + hours.professional);
  fired.scope.set("hours", total);
  const limit = event.params.limit === undefined ? total : evaluateNumber(event.params.limit, fired.scope);
  const trace = [
    { kind: "request" as const, call: "hours", input: plain(request) },
    ...hoursTrace(question, fired, event),
    ...(request.accountant === true ? accountantSteps(pack.pack, fired, hours.public) : []),
  ];
  return {
    hours,
    maxHours: limit,
    typed: decision.form?.hoursAreTyped ?? false,
    trace,
    citations: citationsOf(trace),
    pack: pack.ref,
  };
}

/** The hours of a decision outside of the learning forms, such as imported credits. */
export function computeCredits(question: Question): SubjectHours & { trace: readonly TraceStep[] } {
  const { fired, event, credits } = credited(question);
  fired.scope.set("hours", oneDecimal(credits.public + credits.professional));
  return { ...credits, trace: hoursTrace(question, fired, event) };
}

function credited(question: Question): { fired: Fired; event: HoursEvent; credits: SubjectHours } {
  const fired = decideOne(question);
  const event = hoursEvent(fired);
  for (const [key, value] of Object.entries(event.params.let ?? {}))
    fired.scope.set(key, evaluate(value, fired.scope));
  return { fired, event, credits: creditsOf(fired, event) };
}

/** Form 13 names its rule among the facts; the rule itself does not know that name. */
function factsOf(request: HoursRequest): Facts {
  if (request.form !== localForm) return request.facts;
  const { localRule: _, ...facts } = request.facts;
  return facts;
}

type HoursEvent = Extract<RuleEvent, { type: "hours" }>;

function hoursEvent(fired: Fired): HoursEvent {
  if (fired.event.type === "hours") return fired.event;
  throw unusable(fired, ["不给出学时", "The rule that applies gives no hours"]);
}

function unusable(fired: Fired, [zh, en]: readonly [string, string]): RuleError {
  return new RuleError({
    code: "pack.invalid",
    message: `规则“${fired.rule.rule.name}”${zh}`,
    messageEn: en,
    facts: ["form"],
  });
}

function creditsOf(fired: Fired, event: HoursEvent): SubjectHours {
  const { credits } = event.params;
  const hours = { public: 0, professional: 0 };
  if (credits.public !== undefined) hours.public += evaluateNumber(credits.public, fired.scope);
  if (credits.professional !== undefined)
    hours.professional += evaluateNumber(credits.professional, fired.scope);
  if (credits.subject !== undefined)
    hours[fired.scope.value("subject") === "public" ? "public" : "professional"] += evaluateNumber(
      credits.subject,
      fired.scope,
    );
  // Hours are only ever taken away by a reversal (APR-13); a wrong number in a pack must not do it.
  if (hours.public < 0 || hours.professional < 0)
    throw unusable(fired, ["算出的学时小于 0", "The rule that applies gives less than no hours"]);
  return { public: oneDecimal(hours.public), professional: oneDecimal(hours.professional) };
}

function forAccountant(hours: SubjectHours, fired: Fired): SubjectHours {
  if (fired.decision.form?.accountants === "as-rule") return hours;
  return { public: oneDecimal(hours.public + hours.professional), professional: 0 };
}

/** Why an accountant's hours count to the common-required subject (DEC-03, CNV-19). */
function accountantSteps(pack: Pack, { decision }: Fired, hours: number): TraceStep[] {
  const { accountants, accountantsCite } = decision.form ?? {};
  if (accountants !== "public" || accountantsCite === undefined) return [];
  const text = `会计人员，${hours} 学时计入公需科目`;
  return [{ kind: "result", text, citations: [citationOf(pack, accountantsCite)] }];
}

function hoursTrace(question: Question, fired: Fired, event: HoursEvent): TraceStep[] {
  const used = fired.scope.citations;
  const text = fillText(event.params.explain, fired);
  return [
    ...traceOf(question, fired),
    { kind: "result", text, citations: used.length > 0 ? unique(used) : [fired.citation] },
  ];
}

function unique(citations: readonly Citation[]): Citation[] {
  return [...new Map(citations.map((one) => [one.key, one])).values()];
}

/** A copy: the trace must not change when the caller's object does. */
function plain(request: HoursRequest): Json {
  const { form, year, accountant, requirement } = request;
  return {
    form,
    year,
    facts: { ...request.facts } as Record<string, Json>,
    ...(accountant === undefined ? {} : { accountant }),
    ...(requirement === undefined ? {} : { requirement: { ...requirement } }),
  };
}

function checkRequirement(requirement: SubjectHours): SubjectHours {
  const { public: common, professional } = requirement;
  if (isHours(common) && isHours(professional)) return requirement;
  throw new RuleError({
    code: "fact.type",
    message: "“年度学时要求”（requirement）应为公需和专业学时数，最多一位小数",
    messageEn: "Fact requirement must be the hours of both subjects, with at most one decimal",
    facts: ["requirement"],
  });
}

function isHours(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 1000 && hasOneDecimal(value);
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
