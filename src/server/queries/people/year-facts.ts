import type { Person, TitleHeld } from "../../../models/person.ts";
import type { YearFacts } from "../../../models/year-facts.ts";
import { annualRequirement, type RequirementRequest } from "../../../rules/annual-requirement.ts";
import { titleGroup } from "../../../rules/decide-values.ts";
import type { SubjectHours } from "../../../rules/evaluate-hours.ts";
import type { RulePacks } from "../../../rules/load-packs.ts";
import { accountingSector } from "../../../shared/dictionaries/organizations.ts";

/** What of a person decides a year. */
export type YearPerson = Pick<Person, "titles" | "titleLevel" | "regionCode" | "industry" | "isAccountant">;

/** Level on 1 January of the year, region and sector of the person's unit (REQ-02, REQ-03, REQ-10). */
export function yearFactsOf(person: YearPerson, year: number): YearFacts {
  return {
    titleLevel: titleLevelAt(person, `${year}-01-01`),
    regionCode: person.regionCode,
    sector: sectorOf(person),
  };
}

/** Accountants have rules of their own wherever they work (ACC-03); everybody else those of the unit's industry. */
function sectorOf(person: Pick<Person, "industry" | "isAccountant">): string {
  return person.isAccountant ? accountingSector : person.industry;
}

/** The same in the words of the rule packs: which level a title has is the title pack's to say (REQ-02). */
export function requirementRequest(packs: RulePacks, facts: YearFacts, year: number): RequirementRequest {
  const { titleLevel: code, regionCode, sector } = facts;
  return { year, titleLevel: titleGroup(packs, { year, code }), region: regionCode, sector: sector ?? null };
}

/** Both subjects' minimum hours of a person's year: what forms that credit a whole year are worth. */
export function requirementOf(packs: RulePacks, facts: YearFacts, year: number): SubjectHours {
  const answer = annualRequirement(packs, requirementRequest(packs, facts, year));
  return { public: answer.public, professional: answer.professional };
}

/** The level of the title held on a date: the latest one obtained by then; none before the first. */
function titleLevelAt(person: Pick<Person, "titles" | "titleLevel">, date: string): string {
  const held = person.titles
    .filter((title) => title.obtainedOn === null || title.obtainedOn <= date)
    .toSorted((a, b) => order(a).localeCompare(order(b)))
    .at(-1);
  return held?.level ?? (person.titles.length === 0 ? person.titleLevel : "9");
}

function order(title: TitleHeld): string {
  return title.obtainedOn ?? "";
}
