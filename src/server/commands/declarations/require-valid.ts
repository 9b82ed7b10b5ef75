import { DeclarationModel } from "../../../models/declaration.ts";
import type { Person } from "../../../models/person.ts";
import { isShown } from "../../../rules/check-declaration.ts";
import { activityOf, yearlyCredits } from "../../../rules/duplicate-key.ts";
import { findForm } from "../../../rules/find-form.ts";
import type { HoursAnswer } from "../../../rules/evaluate-hours.ts";
import type { RulePacks } from "../../../rules/load-packs.ts";
import { otherEvidence } from "../../../shared/form-names.ts";
import { AppError, type FieldProblem } from "../../../shared/app-error.ts";
import type { Assessment } from "../../queries/declarations/assess-declaration.ts";
import { notDeclared } from "../../queries/declarations/list-forms.ts";
import type { Origin } from "../../queries/declarations/load-declared-people.ts";

/** An assessment without problems: its hours are computed. */
export type ValidAssessment = Assessment & { answer: HoursAnswer };

/** Fields of the declaration itself; every other fact is one of its form. */
const ownFields: ReadonlySet<string> = new Set(["year", "form", "subject", "startDate", "endDate", "hours"]);

/**
 * The assessment, when nothing is wrong. Errors: `declaration.past_year_closed` (400, PST-01 verbatim),
 * `declaration.invalid` (400) with every problem at its field; `who` leads each message when several are declared.
 */
export function requireValid(assessment: Assessment, form: string, who: string | null): ValidAssessment {
  const { problems } = assessment;
  if (problems.length > 0 || !notDeclared.has(form)) return requireNoProblems(assessment, who);
  const elsewhere = { code: "form", fact: "form", message: "该学习形式不在此处申报" };
  return requireNoProblems({ ...assessment, problems: [elsewhere] }, who);
}

/** The same for a form that its own process declares. */
export function requireNoProblems(assessment: Assessment, who: string | null): ValidAssessment {
  const { answer, problems } = assessment;
  if (problems.some(({ code }) => code === "declaration.past_year"))
    throw new AppError("declaration.past_year_closed");
  if (answer !== null && problems.length === 0) return { ...assessment, answer };
  const shown: FieldProblem[] = problems.map(({ code, fact, message }) => ({
    path: pathOf(code, fact),
    message: who === null ? message : `${who}：${message}`,
  }));
  const reason = [...new Set(shown.map(({ message }) => message))].join("；");
  throw new AppError("declaration.invalid", { reason, problems: shown });
}

function pathOf(code: string, fact: string | undefined): string {
  if (fact === undefined) return "body";
  // Form 14 asks for `hours` too: those of the training, not the ones that are declared.
  const isOwn = ownFields.has(fact) && !(fact === "hours" && code.startsWith("fact."));
  return isOwn ? `body.${fact}` : `body.facts.${fact}`;
}

export interface EvidenceItem {
  key: string;
  fileId: string;
  name: string;
}

/**
 * Evidence as the form asks for it (DEC-16); what a base reports needs none (BAS-04). Errors:
 * `declaration.evidence_missing` (400) naming what is missing, `declaration.invalid` (400) for an unknown kind.
 */
export function requireEvidence(
  packs: RulePacks,
  declared: { form: string; year: number; facts: Assessment["facts"]; origin: Origin },
  evidence: readonly EvidenceItem[],
): void {
  const known = findForm(packs, declared).decision.form?.evidence ?? [];
  const given = new Set(evidence.map(({ key }) => key));
  const strange = [...given].filter(
    (key) => key !== otherEvidence && known.every((kind) => kind.key !== key),
  );
  if (strange.length > 0) {
    const message = "证明材料的类别不属于该学习形式";
    throw new AppError("declaration.invalid", {
      reason: message,
      problems: [{ path: "body.evidence", message }],
    });
  }
  if (declared.origin === "base") return;
  const missing = known.filter(
    (kind) => kind.required && isShown(kind, declared.facts) && !given.has(kind.key),
  );
  if (missing.length > 0)
    throw new AppError("declaration.evidence_missing", {
      evidence: missing.map(({ title }) => title).join("、"),
      problems: missing.map(({ key, title }) => ({
        path: `body.evidence.${key}`,
        message: `请上传${title}`,
      })),
    });
}

/**
 * An activity that goes on is credited for one year in each full period of months (CNV-18): throws `declaration.invalid`
 * (400) when the person has declared it for as many years as its length allows. `exceptId`: the one being corrected.
 */
export async function requireFullPeriods(
  packs: RulePacks,
  { form, year, exceptId }: { form: string; year: number; exceptId: string | null },
  declared: readonly { person: Pick<Person, "_id" | "name">; assessment: Pick<Assessment, "facts"> }[],
): Promise<void> {
  for (const { person, assessment } of declared) {
    const request = { form, year, facts: assessment.facts, personId: person._id };
    const { most, monthsPerCredit, activities } = yearlyCredits(packs, request);
    if (most === null || monthsPerCredit === null) continue;
    const others = await DeclarationModel.find(
      { personId: person._id, form, status: { $in: ["pending", "approved", "rejected"] } },
      { duplicateKeys: 1 },
    ).lean();
    const known = others.filter(
      ({ _id, duplicateKeys }) =>
        _id !== exceptId && (duplicateKeys ?? []).some((key) => activities.includes(activityOf(key))),
    );
    if (known.length < most) continue;
    const needed = (known.length + 1) * monthsPerCredit;
    const message = `${person.name}：每满${monthsPerCredit}个月计一个年度，已申报${known.length}个年度，须满${needed}个月`;
    throw new AppError("declaration.invalid", {
      reason: message,
      problems: [{ path: "body.facts.months", message }],
    });
  }
}

/**
 * Nobody declares the same activity twice (DEC-13): throws `declaration.duplicate` (409) with the number of the other
 * one. `exceptId`: the declaration that is being corrected.
 */
export async function requireNoDuplicate(
  declared: readonly { person: Pick<Person, "_id" | "name">; duplicateKeys: readonly string[] }[],
  exceptId: string | null,
): Promise<void> {
  const keys = declared.flatMap(({ duplicateKeys }) => duplicateKeys);
  if (keys.length === 0) return;
  const other = await DeclarationModel.findOne(
    {
      personId: { $in: declared.map(({ person }) => person._id) },
      duplicateKeys: { $in: keys },
      status: { $in: ["pending", "approved", "rejected"] },
      ...(exceptId === null ? {} : { _id: { $ne: exceptId } }),
    },
    { personName: 1, number: 1 },
  ).lean();
  if (other === null) return;
  throw new AppError("declaration.duplicate", { person: other.personName, number: other.number });
}
