import type { Person } from "../../../models/person.ts";
import { annualRequirement, type RequirementRequest } from "../../../rules/annual-requirement.ts";
import type { SubjectHours } from "../../../rules/evaluate-hours.ts";
import type { RulePacks } from "../../../rules/load-packs.ts";
import { titleLevelGroup } from "../../../shared/dictionaries/titles.ts";
import { titleLevelAt } from "../../commands/people/requirement-of.ts";

/** What decides a year's requirement, in dictionary codes, as a person-year keeps it. */
export interface YearFacts {
  titleLevel: string;
  regionCode: string;
}

/** Level on 1 January of the year and the region of the person's unit (REQ-02, REQ-03). */
export function yearFactsOf(
  person: Pick<Person, "titles" | "titleLevel" | "regionCode">,
  year: number,
): YearFacts {
  return { titleLevel: titleLevelAt(person, `${year}-01-01`), regionCode: person.regionCode };
}

/** The same in the words of the rule packs. */
export function requirementRequest(facts: YearFacts, year: number): RequirementRequest {
  return { year, titleLevel: titleLevelGroup(facts.titleLevel), region: facts.regionCode, sector: null };
}

/** Both subjects' minimum hours of a person's year: what forms that credit a whole year are worth. */
export function requirementOf(packs: RulePacks, facts: YearFacts, year: number): SubjectHours {
  const answer = annualRequirement(packs, requirementRequest(facts, year));
  return { public: answer.public, professional: answer.professional };
}
