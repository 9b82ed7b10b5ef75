import { comparableText } from "../shared/comparable-text.ts";
import type { Facts } from "./facts.ts";
import { findForm } from "./find-form.ts";
import type { RulePacks } from "./load-packs.ts";

export interface DuplicateRequest {
  readonly form: string;
  readonly year: number;
  readonly facts: Facts;
  readonly personId: string;
}

/**
 * The key that must be unique for a person's declarations (DEC-13), or null when the form has none or its fields are
 * empty. Spelling variants (full-width letters, spaces, case, dashes) give the same key. For projects and secondments
 * the key includes the year; two people may claim the same work.
 * @throws RuleError for an unknown form.
 */
export function duplicateKey(packs: RulePacks, request: DuplicateRequest): string | null {
  return duplicateKeys(packs, request)[0] ?? null;
}

/** All keys of a declaration: a work claimed once by DOI and once by ISSN and title shares one of them. */
export function duplicateKeys(packs: RulePacks, request: DuplicateRequest): string[] {
  const { name, decision } = findForm(packs, request);
  const { form } = decision;
  if (form === undefined) return [];
  const year = form.perYear ? [String(request.year)] : [];
  return form.duplicateKeys
    .map((fields) => fields.map((field) => comparableText(request.facts[field])))
    .map((values, index) => ({ values, fields: form.duplicateKeys[index] ?? [] }))
    .filter(({ values }) => values.every((value) => value !== ""))
    .map(({ values, fields }) => [request.personId, name, fields.join("+"), ...values, ...year].join("|"));
}

/** How many years an activity that goes on may be credited for, and its keys, whatever the year. */
export interface YearlyCredits {
  /** One for each full period of months; null where the form does not count so. */
  readonly most: number | null;
  readonly monthsPerCredit: number | null;
  readonly activities: readonly string[];
}

/**
 * One credit for each completed period of an activity that is credited by the year (CNV-18): a secondment of twenty
 * months is one year, of twenty-four two.
 * @throws RuleError for an unknown form.
 */
export function yearlyCredits(packs: RulePacks, request: DuplicateRequest): YearlyCredits {
  const monthsPerCredit = findForm(packs, request).decision.form?.monthsPerCredit;
  const months = request.facts["months"];
  if (monthsPerCredit === undefined || typeof months !== "number")
    return { most: null, monthsPerCredit: null, activities: [] };
  const activities = duplicateKeys(packs, request).map(activityOf);
  return { most: Math.floor(months / monthsPerCredit), monthsPerCredit, activities };
}

/** The key of a form that is credited by the year, without its year. */
export function activityOf(key: string): string {
  return key.slice(0, key.lastIndexOf("|"));
}

/**
 * By what a work is recognized whoever claims it, for works that several people share by rank (DEC-13): the keys of a
 * declaration without its person. None for activities in which nobody has a rank: many people attend one class.
 */
export function workKeys(keys: readonly string[], facts: Facts): string[] {
  return facts["rank"] === undefined ? [] : keys.map((key) => key.slice(key.indexOf("|") + 1));
}

/** Whether two claims of one work are for the same rank; in a project, for the same rank of the same group. */
export function isSameRank(one: Facts, other: Facts): boolean {
  return one["rank"] === other["rank"] && one["group"] === other["group"];
}
