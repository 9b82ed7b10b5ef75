import { isCalendarDate, yearOfDate } from "./calendar-days.ts";
import { checkPeriod } from "./check-period.ts";
import { decideAll } from "./decide.ts";
import { evaluateHours, type HoursAnswer, type Subject, type SubjectHours } from "./evaluate-hours.ts";
import { factProblems, type Facts, missing } from "./facts.ts";
import { findForm } from "./find-form.ts";
import type { ShowWhen } from "./form-definition.ts";
import type { RulePacks } from "./load-packs.ts";
import type { Decision } from "./pack-schema.ts";
import { RuleError, type RuleProblem } from "./rule-error.ts";

export interface DeclarationRequest {
  /** The day in Shanghai on which it is submitted, ISO. */
  readonly today: string;
  /** 认证年度. */
  readonly year: number;
  readonly form: string;
  readonly subject: Subject;
  readonly accountant: boolean;
  readonly facts: Facts;
  readonly startDate: string;
  readonly endDate: string;
  /** Hours entered by the declarant: he may lower the computed value, not raise it (DEC-11). */
  readonly hours?: number;
  /** True inside an open window for past years (PST-02). */
  readonly makeUpWindow?: boolean;
  /**
   * The last day on which it may be sent outside of a window (PST-04): the year's last day, for what was returned the
   * last one to correct it. Without it 31 December.
   */
  readonly lastDay?: string;
  /** The year's requirement, for the forms that credit a whole year. */
  readonly requirement?: SubjectHours;
}

export interface DeclarationProblem {
  readonly code: string;
  /** The fact or field concerned, if it is one. */
  readonly fact?: string;
  /** Chinese, as shown at the field. */
  readonly message: string;
}

export type DeclarationCheck =
  | { readonly ok: true; readonly answer: HoursAnswer }
  | { readonly ok: false; readonly problems: readonly DeclarationProblem[] };

/**
 * Whether a declaration may be submitted (PST-01, DEC-03, DEC-08 – 11, DEC-16), with every problem at once. It never
 * throws for wrong content: whatever a person can enter wrongly is a problem in the answer.
 */
export function checkDeclaration(packs: RulePacks, request: DeclarationRequest): DeclarationCheck {
  const dateProblems = wrongDates(request);
  if (dateProblems.length > 0) return { ok: false, problems: dateProblems.flatMap(problemsOf) };
  try {
    return checkForm(packs, request, findForm(packs, request).decision);
  } catch (error) {
    if (error instanceof RuleError) return { ok: false, problems: problemsOf(error) };
    throw error;
  }
}

/**
 * Whether these people may be declared together (DEC-02).
 * 「不得同时选择会计人员和非会计人员」
 */
export function checkPeople(
  packs: RulePacks,
  people: readonly { readonly accountant: boolean }[],
): { readonly ok: true } | { readonly ok: false; readonly problems: readonly DeclarationProblem[] } {
  const accountants = people.filter((person) => person.accountant).length;
  const facts = { accountants, others: people.length - accountants };
  const problems = refusals(packs, { name: "people", year: newest, facts });
  return problems.length === 0 ? { ok: true } : { ok: false, problems: problems.flatMap(problemsOf) };
}

/** The rules on who may be declared together do not depend on a year: the newest hold. */
const newest = 2200;

function checkForm(packs: RulePacks, request: DeclarationRequest, decision: Decision): DeclarationCheck {
  const refused = refusals(packs, {
    name: "declare",
    year: request.year,
    facts: policyFacts(packs, request, decision),
  });
  const problems = [
    ...refused,
    ...factProblems(request.facts, decision.facts, decision.form?.details ?? {}).filter(isNotLocalRule),
    ...missingDetails(request.facts, decision),
    // Wrong dates are named already; a length measured with them would only confuse.
    ...(refused.length === 0 ? checkPeriod(request) : []),
  ];
  if (problems.length > 0) return { ok: false, problems: problems.flatMap(problemsOf) };
  const { form, year, facts, accountant, requirement } = request;
  const answer = evaluateHours(packs, {
    form,
    year,
    facts,
    accountant,
    ...(requirement === undefined ? {} : { requirement }),
  });
  return withinLimit(request, answer);
}

function withinLimit(request: DeclarationRequest, answer: HoursAnswer): DeclarationCheck {
  const most = Math.round((answer.hours.public + answer.hours.professional) * 10) / 10;
  const { hours } = request;
  if (hours === undefined || (hours > 0 && hours <= most)) return { ok: true, answer };
  const message = hours > most ? `申报学时 ${hours} 超过按规则计算的 ${most} 学时` : "申报学时应大于 0";
  return { ok: false, problems: [{ code: "declaration.hours_above", fact: "hours", message }] };
}

function refusals(packs: RulePacks, about: { name: string; year: number; facts: Facts }): RuleProblem[] {
  return decideAll({ pack: packs.of["declaration-policy"], ...about }).flatMap(({ event }) =>
    event.type === "refuse" ? [event.params] : [],
  );
}

function policyFacts(packs: RulePacks, request: DeclarationRequest, decision: Decision): Facts {
  // Versions of the policy that were published before ask for no last day.
  const asked = packs.of["declaration-policy"].pack.decisions?.["declare"]?.facts ?? {};
  const lastDay = request.lastDay ?? `${request.year}-12-31`;
  const { today, form, subject, accountant, startDate, endDate } = request;
  return {
    today,
    currentYear: yearOfDate(today),
    form,
    subject,
    accountant,
    keepsSubject: decision.form?.accountants === "as-rule",
    subjectAllowed: decision.form?.subjects.includes(subject) ?? false,
    startDate,
    endDate,
    startYear: yearOfDate(startDate),
    endYear: yearOfDate(endDate),
    makeUpWindow: request.makeUpWindow ?? false,
    ...(Object.hasOwn(asked, "lastDay") ? { lastDay } : {}),
  };
}

/** Descriptive fields that the form requires; a field with `showWhen` only when it is shown. */
function missingDetails(facts: Facts, decision: Decision): RuleProblem[] {
  return Object.entries(decision.form?.details ?? {})
    .filter(([, field]) => field.optional !== true)
    .filter(([, field]) => isShown(field, facts))
    .filter(([name]) => facts[name] === undefined || facts[name] === null)
    .map(([name, field]) => missing(name, field.title));
}

/** Whether a field or a kind of evidence is asked for: always, or only when another field has the named value. */
export function isShown(part: { showWhen?: ShowWhen | undefined }, facts: Facts): boolean {
  return part.showWhen === undefined || facts[part.showWhen.fact] === part.showWhen.equal;
}

function wrongDates(request: DeclarationRequest): RuleProblem[] {
  const dates = { today: request.today, startDate: request.startDate, endDate: request.endDate };
  const titles: Record<string, string> = { today: "今天", startDate: "开始日期", endDate: "结束日期" };
  return Object.entries(dates)
    .filter(([, date]) => typeof date !== "string" || !isCalendarDate(date))
    .map(([name]) => missing(name, titles[name] ?? name));
}

function isNotLocalRule(problem: RuleProblem): boolean {
  return !(problem.code === "fact.unknown" && problem.facts[0] === "localRule");
}

function problemsOf(problem: RuleProblem): DeclarationProblem[] {
  const { code, message, facts } = problem;
  if (facts.length === 0) return [{ code, message }];
  return facts.map((fact) => ({ code, fact, message }));
}
