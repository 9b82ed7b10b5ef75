import type { annualResultNames } from "../../../shared/contracts/people.ts";
import { yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";
import type { PersonOfYear } from "./list-people.ts";

export type AnnualResult = keyof typeof annualResultNames;

/** The result as shown: while its year runs, what is not yet met is 进行中 (REQ-07). */
export function shownResult(ctx: CommandContext, row: PersonOfYear): AnnualResult {
  const current = yearOf(ctx.clock.now());
  if (row.personYear === null && row.year < row.person.firstYear) return "none";
  const result = row.personYear?.result;
  if (result === "passed" || result === "passed-by-adjustment") return result;
  return row.year >= current ? "in-progress" : "failed";
}
