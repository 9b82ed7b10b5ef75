import type { Hours } from "../../../models/declaration.ts";
import type { Person } from "../../../models/person.ts";
import { checkDeclaration, type DeclarationProblem } from "../../../rules/check-declaration.ts";
import { duplicateKeys } from "../../../rules/duplicate-key.ts";
import { evaluateHours, type HoursAnswer, type Subject } from "../../../rules/evaluate-hours.ts";
import { findForm } from "../../../rules/find-form.ts";
import type { RulePacks } from "../../../rules/load-packs.ts";
import type { Decision } from "../../../rules/pack-schema.ts";
import { RuleError } from "../../../rules/rule-error.ts";
import { yearClosing } from "../../../rules/year-closing.ts";
import { requirementOf, type YearPerson, yearFactsOf } from "../people/year-facts.ts";

export type DeclaredFacts = Readonly<Record<string, string | number | boolean>>;

/** What somebody wants to declare, before any rule has looked at it. Dates are ISO days. */
export interface Activity {
  year: number;
  form: string;
  subject?: Subject | undefined;
  facts: DeclaredFacts;
  startDate?: string | undefined;
  endDate?: string | undefined;
  /** hours asked for: at most what the rules compute (DEC-11) */
  hours?: Hours | undefined;
  /** true inside of an open window for the past year (PST-02) */
  makeUpWindow?: boolean | undefined;
  /** true for what was sent in time and returned: it has the days of grace (PST-04) */
  isCorrection?: boolean | undefined;
}

export type AssessedPerson = YearPerson & Pick<Person, "_id">;

/** The rules' word on one person's declaration: every problem at once, and the hours wherever they can be computed. */
export interface Assessment {
  subject: Subject;
  /** the facts as the rules saw them: forms that ask for the subject get it from the declaration's own */
  facts: Record<string, string | number | boolean>;
  answer: HoursAnswer | null;
  /** what is declared: the computed hours, or the lower ones asked for */
  hours: Hours;
  duplicateKeys: string[];
  problems: DeclarationProblem[];
}

/** Assesses one person's declaration (DEC-02 – DEC-13, PST-01). Pure; `today` is the ISO day in Shanghai. */
export function assessDeclaration(
  packs: RulePacks,
  today: string,
  { activity, person }: { activity: Activity; person: AssessedPerson },
): Assessment {
  try {
    return assess(packs, today, { activity, person });
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    const facts = error.facts.length === 0 ? [undefined] : error.facts;
    const problems = facts.map((fact) => problem(error.code, error.message, fact));
    return {
      subject: activity.subject ?? "professional",
      facts: { ...activity.facts },
      answer: null,
      hours: { public: 0, professional: 0 },
      duplicateKeys: [],
      problems,
    };
  }
}

function assess(
  packs: RulePacks,
  today: string,
  { activity, person }: { activity: Activity; person: AssessedPerson },
): Assessment {
  const { subject, facts } = subjectOf(packs, activity, person.isAccountant);
  const { form, year } = activity;
  const requirement = requirementOf(packs, yearFactsOf(person, year), year);
  const request = { form, year, subject, facts, accountant: person.isAccountant, requirement };
  const checked = checkDeclaration(packs, {
    ...request,
    today,
    makeUpWindow: activity.makeUpWindow ?? false,
    lastDay: lastDayOf(packs, activity),
    startDate: activity.startDate ?? today,
    endDate: activity.endDate ?? today,
  });
  const answer = checked.ok ? checked.answer : hoursIfPossible(packs, request);
  return {
    subject,
    facts,
    answer,
    hours: { ...(activity.hours ?? answer?.hours ?? { public: 0, professional: 0 }) },
    duplicateKeys: duplicateKeys(packs, { form, year, facts, personId: person._id }),
    problems: [...(checked.ok ? [] : checked.problems), ...wantedProblems(activity, answer)],
  };
}

function lastDayOf(packs: RulePacks, { year, isCorrection }: Activity): string {
  const { lastDay, lastCorrectionDay } = yearClosing(packs, year);
  return isCorrection === true ? lastCorrectionDay : lastDay;
}

/** What is wrong with hours that the declarant chose himself (DEC-11). */
function wantedProblems({ hours }: Activity, answer: HoursAnswer | null): ReturnType<typeof hoursProblems> {
  return answer === null || hours === undefined ? [] : hoursProblems(hours, answer);
}

/** 会计人员 count to 公需课 whatever is chosen (DEC-03); for others 专业课 unless the form says otherwise (DEC-04). */
function subjectOf(
  packs: RulePacks,
  activity: Activity,
  accountant: boolean,
): { subject: Subject; facts: Assessment["facts"] } {
  const { decision } = findForm(packs, activity);
  const subject = activity.subject ?? namedSubject(activity.facts) ?? usualSubject(decision, accountant);
  const asks = Object.hasOwn(decision.facts, "subject");
  return { subject, facts: asks ? { ...activity.facts, subject } : { ...activity.facts } };
}

function namedSubject(facts: DeclaredFacts): Subject | undefined {
  const named = facts["subject"];
  return named === "public" || named === "professional" ? named : undefined;
}

function usualSubject({ form }: Decision, accountant: boolean): Subject {
  const subjects = form?.subjects ?? [];
  if (accountant && form?.accountants !== "as-rule") return "public";
  return subjects.includes("professional") ? "professional" : (subjects[0] ?? "professional");
}

type HoursRequest = Parameters<typeof evaluateHours>[1];

function hoursIfPossible(packs: RulePacks, request: HoursRequest): HoursAnswer | null {
  try {
    const { form, year, facts, accountant, requirement } = request;
    return evaluateHours(packs, {
      form,
      year,
      facts,
      ...(accountant === undefined ? {} : { accountant }),
      ...(requirement === undefined ? {} : { requirement }),
    });
  } catch (error) {
    if (error instanceof RuleError) return null;
    throw error;
  }
}

function hoursProblems(asked: Hours, answer: HoursAnswer): DeclarationProblem[] {
  const { hours: most } = answer;
  const above = [
    asked.public > most.public ? `公需 ${asked.public} 超过 ${most.public}` : "",
    asked.professional > most.professional ? `专业 ${asked.professional} 超过 ${most.professional}` : "",
  ].filter(Boolean);
  if (above.length > 0)
    return [problem("declaration.hours_above", `申报学时超过按规则计算的学时：${above.join("，")}`, "hours")];
  if (asked.public + asked.professional <= 0)
    return [problem("declaration.hours_above", "申报学时应大于 0", "hours")];
  const tenths = [asked.public * 10, asked.professional * 10];
  return tenths.every((value) => Math.abs(value - Math.round(value)) < 1e-6)
    ? []
    : [problem("declaration.hours_above", "学时最多一位小数", "hours")];
}

function problem(code: string, message: string, fact: string | undefined): DeclarationProblem {
  return fact === undefined ? { code, message } : { code, fact, message };
}
