import { type RequirementAnswer, annualRequirement } from "../../../rules/annual-requirement.ts";
import type { Person, TitleHeld } from "../../../models/person.ts";
import { titleLevelGroup } from "../../../shared/dictionaries/titles.ts";
import type { CommandContext } from "../../command-context.ts";

type Requirable = Pick<Person, "titles" | "titleLevel" | "regionCode" | "industry">;

/**
 * What a year requires of a person, by the facts that counted in that year: the title held on its 1 January
 * (REQ-02) and the region of the unit (REQ-03).
 */
export function requirementOf(ctx: CommandContext, person: Requirable, year: number): RequirementAnswer {
  return annualRequirement(ctx.app.packs, {
    year,
    titleLevel: titleLevelGroup(titleLevelAt(person, `${year}-01-01`)),
    region: person.regionCode,
    sector: person.industry,
  });
}

/** The level of the title held on a date: the latest one obtained by then; none before the first. */
export function titleLevelAt(person: Pick<Person, "titles" | "titleLevel">, date: string): string {
  const held = person.titles
    .filter((title) => title.obtainedOn === null || title.obtainedOn <= date)
    .toSorted((a, b) => order(a).localeCompare(order(b)))
    .at(-1);
  return held?.level ?? (person.titles.length === 0 ? person.titleLevel : "9");
}

function order(title: TitleHeld): string {
  return title.obtainedOn ?? "";
}
