import type { Person, TitleHeld } from "../../../models/person.ts";

/** All titles of a person, oldest first; where no history was recorded today's alone. Pure. */
export function titlesHeld(
  person: Pick<Person, "titles" | "titleSeries" | "titleLevel" | "titleName">,
): readonly TitleHeld[] {
  const { titles, titleSeries: series, titleLevel: level, titleName: name } = person;
  return titles.length > 0 ? titles : [{ series, level, name, obtainedOn: null }];
}
