import type { Person } from "../../../models/person.ts";
import type { PersonYear } from "../../../models/person-year.ts";
import { yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";
import { requirementOf, yearFactsOf } from "../../queries/people/year-facts.ts";

/** What a year lacks, in the words of a refusal: 「公需课还差 4 学时、专业课还差 10 学时」 (CRT-05). */
export async function missingText(
  ctx: CommandContext,
  person: Person,
  about: { year: number; personYear: PersonYear | null },
): Promise<string> {
  if (about.year > yearOf(ctx.clock.now())) return "该年度尚未开始";
  const missing =
    about.personYear?.missing ?? requirementOf(ctx.app.packs, yearFactsOf(person, about.year), about.year);
  const parts = [
    missing.public > 0 ? `公需课还差 ${missing.public} 学时` : null,
    missing.professional > 0 ? `专业课还差 ${missing.professional} 学时` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? "总学时不足" : parts.join("、");
}
