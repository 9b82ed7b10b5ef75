import type { Person } from "../../../models/person.ts";
import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import { yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";
import { yearFactsOf } from "../../queries/people/year-facts.ts";
import { determinePersonYear, personYearId } from "./determine-person-year.ts";

const nothing = { public: 0, professional: 0 };

/** The platform's history begins here (REQ-05). */
const firstYearEver = 2013;

/**
 * Stores the years before the current one that have no row yet, as the present unit decides them: whatever the person
 * joins later, they stay this unit's (TRF-10, TRF-13).
 */
export async function keepPastYears(ctx: CommandContext, person: Person): Promise<void> {
  const current = yearOf(ctx.clock.now());
  const first = Math.max(person.firstYear, firstYearEver);
  const years = Array.from({ length: Math.max(0, current - first) }, (_, index) => first + index);
  const ids = years.map((year) => personYearId(person._id, year));
  const stored = await PersonYearModel.find({ _id: { $in: ids } }, { year: 1 }).lean();
  const known = new Set(stored.map(({ year }) => year));
  for (const year of years)
    if (!known.has(year)) await determinePersonYear(ctx, person, { year, added: nothing });
}

/** The running year follows what the person is now, where there is a row of it (REQ-08, TRF-13). */
export async function redetermineYear(ctx: CommandContext, person: Person): Promise<void> {
  const year = yearOf(ctx.clock.now());
  const row = await PersonYearModel.exists({ _id: personYearId(person._id, year) });
  if (row !== null) await determinePersonYear(ctx, person, { year, added: nothing });
}

/**
 * Past years on whose 1 January a title obtained on `obtainedOn` was held: those that were determined by another level
 * are determined anew (REQ-02).
 */
export async function redetermineTitleYears(
  ctx: CommandContext,
  person: Person,
  obtainedOn: string,
): Promise<void> {
  const past = { personId: person._id, year: { $lt: yearOf(ctx.clock.now()) } };
  const years = await PersonYearModel.find(past, { year: 1, titleLevel: 1 })
    .sort({ year: 1 })
    .lean<Pick<PersonYear, "year" | "titleLevel">[]>();
  for (const { year, titleLevel: before } of years) {
    const { titleLevel } = yearFactsOf(person, year);
    if (`${year}-01-01` >= obtainedOn && titleLevel !== before)
      await determinePersonYear(ctx, person, { year, added: nothing, facts: { titleLevel } });
  }
}
