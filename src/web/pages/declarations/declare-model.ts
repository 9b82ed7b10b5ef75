import type { RequestOf } from "../../../shared/contracts/endpoint.ts";
import type { resubmitDeclaration } from "../../../shared/contracts/declaration-changes.ts";
import type { calculateHours, FormView, submitDeclarations } from "../../../shared/contracts/declarations.ts";
import { errorCodes } from "../../../shared/error-codes.ts";
import { subjectNames, type Hours } from "./hours-text.ts";

/** What the declaration page holds and what it sends. Pure, so that the rules of the form are tested without a page. */

export type FactValue = string | number | boolean;
export type Facts = Record<string, FactValue>;
export type FormField = FormView["fields"][number];
export type Subject = "public" | "professional";

export interface PickedPerson {
  id: string;
  name: string;
  maskedIdNumber: string;
  organizationName: string;
  isAccountant: boolean;
  /** answers that differ from person to person, such as the rank of authors (DEC-12) */
  facts: Partial<Facts>;
}

export interface Evidence {
  key: string;
  fileId: string;
  name: string;
}

/** The values of the form, as they also lie in the draft. */
export interface DeclareValues {
  form: string;
  subject?: Subject | undefined;
  title?: string | undefined;
  startDate?: string | undefined;
  endDate?: string | undefined;
  facts?: Partial<Facts> | undefined;
  people?: PickedPerson[] | undefined;
  evidence?: Evidence[] | undefined;
  /** lower than computed, per subject; absent: as computed (DEC-11) */
  lowered?: Partial<Hours> | undefined;
  remark?: string | undefined;
}

export const mixedAccountantsMessage = errorCodes["declaration.mixed_accountants"].message;

/** The verbatim refusal of DEC-02 when accountants and others are chosen together, else null. */
export function peopleProblem(people: readonly PickedPerson[]): string | null {
  const accountants = people.filter((person) => person.isAccountant).length;
  return accountants > 0 && accountants < people.length ? mixedAccountantsMessage : null;
}

/** A field or kind of evidence with a condition is asked only while another field has the named value. */
export function isShown(field: Pick<FormField, "showWhen">, facts: Partial<Facts>): boolean {
  return field.showWhen === undefined || facts[field.showWhen.field] === field.showWhen.equals;
}

/** The kinds of evidence that the form asks for, given what is filled in. */
export function askedEvidence(form: FormView, facts: Partial<Facts> = {}): FormView["evidence"] {
  return form.evidence.filter((kind) => isShown(kind, facts));
}

/** The facts to send: answered, asked for, trimmed; of one person when his own answers are given. */
export function factsToSend(form: FormView, common: Partial<Facts>, own: Partial<Facts> = {}): Facts {
  const merged = { ...common, ...own };
  const result: Facts = {};
  for (const field of askedFields(form)) {
    const value = merged[field.name];
    if (value === undefined || value === null || value === "" || !isShown(field, merged)) continue;
    result[field.name] = typeof value === "string" ? value.trim() : value;
  }
  return result;
}

const subjectField = "subject";

/** The fields of a form without 计入科目, which every form asks in the same place. */
export function askedFields(form: FormView): FormField[] {
  return form.fields.filter((field) => field.name !== subjectField);
}

/** Whether 计入科目 is the declarant's choice; else the form's rule decides it. */
export function choosesSubject(form: FormView): boolean {
  return form.fields.some((field) => field.name === subjectField) && form.subjects.length > 1;
}

/** The subject to send: only where it is chosen; accountants' choice is always 公需课 (DEC-03). */
export function subjectOf(form: FormView, values: DeclareValues, accountant: boolean): Subject | undefined {
  if (!choosesSubject(form)) return undefined;
  return accountant ? "public" : (values.subject ?? "professional");
}

/** How 计入科目 is shown (DEC-03, DEC-04). */
export function subjectText(form: FormView, values: DeclareValues, accountant: boolean): string {
  const [only, other] = form.subjects;
  if (other !== undefined && !choosesSubject(form)) return "按规则分别计入";
  if (accountant) return "公需课";
  const subject = subjectOf(form, values, accountant) ?? only;
  return subject === undefined ? "按规则计入" : subjectNames[subject];
}

export type Calculation = RequestOf<typeof calculateHours>;

export interface Situation {
  form: FormView;
  year: number;
  accountant: boolean;
  /** true where an organization declares for its people, and their ranks are asked one by one */
  forPeople: boolean;
  /** the declaration that is being corrected, and its one person */
  correctionOf?: string;
  personId?: string;
}

export interface GroupCalculation {
  /** whose hours these are; empty: one's own */
  names: string[];
  request: Calculation;
}

/** One calculation for each group of people whose answers are the same; one without people for oneself. */
export function calculationsOf(situation: Situation, values: DeclareValues): GroupCalculation[] {
  const base = calculationBase(situation, values);
  const common = values.facts ?? {};
  if (!situation.forPeople) {
    const personIds = situation.personId === undefined ? [] : [situation.personId];
    return [{ names: [], request: { ...base, facts: factsToSend(situation.form, common), personIds } }];
  }
  const groups = new Map<string, GroupCalculation>();
  for (const person of values.people ?? []) {
    const facts = factsToSend(situation.form, common, person.facts);
    const key = JSON.stringify(facts);
    const group = groups.get(key) ?? { names: [], request: { ...base, facts, personIds: [] } };
    group.names.push(person.name);
    group.request.personIds?.push(person.id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function calculationBase({ form, year, accountant, correctionOf }: Situation, values: DeclareValues) {
  return {
    year,
    ...(correctionOf === undefined ? {} : { correctionOf }),
    form: form.id,
    subject: subjectOf(form, values, accountant),
    ...(values.startDate === undefined ? {} : { startDate: values.startDate }),
    ...(values.endDate === undefined ? {} : { endDate: values.endDate }),
  };
}

/** Evidence that the form requires and that has no file yet (DEC-16). */
export function missingEvidence(
  form: FormView,
  { facts, evidence = [] }: Pick<DeclareValues, "facts" | "evidence">,
): string[] {
  return askedEvidence(form, facts)
    .filter((kind) => kind.required && !evidence.some((file) => file.key === kind.key))
    .map((kind) => kind.title);
}

/** The hours to send: only when lower than computed; never higher (DEC-11). */
export function loweredHours(lowered: Partial<Hours> | undefined, computed: Hours | null): Hours | undefined {
  if (lowered === undefined || computed === null) return undefined;
  const wanted = {
    public: Math.min(lowered.public ?? computed.public, computed.public),
    professional: Math.min(lowered.professional ?? computed.professional, computed.professional),
  };
  const same = wanted.public === computed.public && wanted.professional === computed.professional;
  return same ? undefined : wanted;
}

function commonOf(situation: Situation, values: DeclareValues, computed: Hours | null) {
  const kinds = new Set(askedEvidence(situation.form, values.facts).map((kind) => kind.key));
  return {
    title: values.title ?? "",
    startDate: values.startDate ?? "",
    endDate: values.endDate ?? "",
    subject: subjectOf(situation.form, values, situation.accountant),
    facts: factsToSend(situation.form, values.facts ?? {}),
    hours: loweredHours(values.lowered, computed),
    evidence: (values.evidence ?? []).filter((file) => kinds.has(file.key)),
    remark: values.remark ?? "",
  };
}

/** The submission of a new declaration. */
export function submissionOf(
  situation: Situation,
  values: DeclareValues,
  computed: Hours | null,
): RequestOf<typeof submitDeclarations> {
  const people = situation.forPeople ? (values.people ?? []) : [];
  return {
    year: situation.year,
    form: situation.form.id,
    ...commonOf(situation, values, computed),
    people: people.map((person) => ({
      personId: person.id,
      ...(Object.keys(person.facts).length === 0
        ? {}
        : { facts: factsToSend(situation.form, values.facts ?? {}, person.facts) }),
    })),
  };
}

/** The corrected declaration after a rejection (APR-11). */
export function resubmissionOf(
  id: string,
  situation: Situation,
  content: { values: DeclareValues; computed: Hours | null },
): RequestOf<typeof resubmitDeclaration> {
  return { id, ...commonOf(situation, content.values, content.computed) };
}
