import type { TitleHeld } from "../../../models/person.ts";
import { decideValues } from "../../../rules/decide-values.ts";
import type { RulePacks } from "../../../rules/load-packs.ts";
import { RuleError } from "../../../rules/rule-error.ts";

/** What of a new person decides his first year. */
export interface Beginner {
  isAccountant: boolean;
  titles: readonly Pick<TitleHeld, "series" | "obtainedOn">[];
  /** ISO day on which he began to work, where it is known */
  workStartedOn: string | null;
  registeredIn: number;
}

/**
 * The first year that a new person owes hours for (REQ-09), as the requirement pack says: the year of registration, but
 * for an accountant who qualified or began to work in it the next one. When an accountant began is not always known;
 * without it he is like everybody else. Never before the registration: the platform knows nothing of earlier years.
 */
export function firstYearOf(packs: RulePacks, beginner: Beginner): number {
  const { registeredIn } = beginner;
  const began = beginner.isAccountant ? accountantSince(packs, beginner) : null;
  const facts = { accountant: began !== null, startYear: began ?? registeredIn };
  const asked = { pack: "annual-requirement", name: "first-year", year: registeredIn, facts } as const;
  const first = decideValues(packs, asked).values?.["firstYear"];
  if (typeof first === "number") return Math.max(first, registeredIn);
  throw new RuleError({
    code: "pack.invalid",
    message: "学时要求没有给出首个应学年度",
    messageEn: "The requirement pack gives no first year",
    facts: [],
  });
}

/** The year of the first accounting title, or of the beginning of work; null when neither is known. */
function accountantSince(packs: RulePacks, { titles, workStartedOn, registeredIn }: Beginner): number | null {
  const obtained = titles
    .filter(({ series }) => series !== null && isAccounting(packs, registeredIn, series))
    .map(({ obtainedOn }) => obtainedOn);
  const days = [...obtained, workStartedOn].filter((day) => day !== null).toSorted();
  return days[0] === undefined ? null : Number(days[0].slice(0, 4));
}

/** Whether titles of a series are accountants' ones: the title pack's word (ACC-01). */
function isAccounting(packs: RulePacks, year: number, series: string): boolean {
  const facts = { series: Number(series) };
  return decideValues(packs, { pack: "title", name: "accounting", year, facts }).outcome === "accountant";
}
