import type { Person } from "../../../models/person.ts";
import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import { determineOnly } from "../../../rules/determine-year.ts";
import { renderTrace } from "../../../rules/render-trace.ts";
import { AppError, type FieldProblem, invalidFields } from "../../../shared/app-error.ts";
import { adjustmentCaseNames } from "../../../shared/contracts/adjustments.ts";
import { isoDate, yearOf } from "../../../shared/dates.ts";
import type { CommandContext } from "../../command-context.ts";
import { requirementRequest, yearFactsOf } from "../../queries/people/year-facts.ts";
import { personYearId } from "../people/determine-person-year.ts";
import type { AdjustmentContent, RequiredHours } from "./adjustment-data.ts";

/** What a year requires of a person without and with the absences that are applied for. */
export interface AssessedAdjustment {
  before: RequiredHours;
  after: RequiredHours;
}

/**
 * Checks the absences and asks the rules what they change, together with those of the year that were approved before:
 * overlapping days count once (PRO-03, PRO-04). Errors: 400 for a period that ends before it begins, is outside the
 * year or overlaps nothing of it; `adjustment.without_effect` (400) with the rules' reason.
 */
export async function assessAdjustment(
  ctx: CommandContext,
  person: Person,
  { year, content }: { year: number; content: AdjustmentContent },
): Promise<AssessedAdjustment> {
  requireYear(ctx, person, year);
  requirePeriods(year, content);
  const stored = await PersonYearModel.findById(personYearId(person._id, year), {
    trace: 0,
  }).lean<PersonYear>();
  const known = stored?.adjustments ?? [];
  const asked = content.periods.map((period) => ({ kind: content.case, ...period }));
  const request = yearRequest(ctx, person, { year, stored });
  const before = determineOnly(ctx.app.packs, { ...request, adjustments: known });
  const after = determineOnly(ctx.app.packs, { ...request, adjustments: [...known, ...asked] });
  if (after.required.total === before.required.total && !changesMark(before, after))
    throw new AppError("adjustment.without_effect", { reason: reasonOf(content.case, before, after) });
  return { before: { ...before.required }, after: { ...after.required } };
}

/** The facts that `determined` will go by: a past year keeps its own. */
function yearRequest(
  ctx: CommandContext,
  person: Person,
  { year, stored }: { year: number; stored: PersonYear | null },
) {
  const now = ctx.clock.now();
  const facts = stored !== null && year < yearOf(now) ? stored : yearFactsOf(person, year);
  const credits = { public: stored?.public ?? 0, professional: stored?.professional ?? 0 };
  return { ...requirementRequest(ctx.app.packs, facts, year), asOf: isoDate(now), credits };
}

/** A day's leave may round to nothing and still is a proration (PRO-03). */
function changesMark(before: { adjusted: boolean }, after: { adjusted: boolean }): boolean {
  return !before.adjusted && after.adjusted;
}

/** What the rules said of the case: its days and the clause. Days that count already may be why nothing changes. */
function reasonOf(
  kind: AdjustmentContent["case"],
  before: { adjusted: boolean },
  after: DetermineOnly,
): string {
  const { trace } = after;
  const asked = trace.findIndex(
    (step) =>
      step.kind === "rule" &&
      step.decision === "qualifies" &&
      step.conditions.some(({ fact, actual }) => fact === "kind" && actual === kind),
  );
  const said = trace.slice(asked).find((step) => step.kind === "result");
  const reason = asked < 0 || said === undefined ? adjustmentCaseNames[kind] : renderTrace([said]);
  return before.adjusted ? `${reason}；已计入其他折算的日期不重复计算` : reason;
}

type DetermineOnly = ReturnType<typeof determineOnly>;

function requireYear(ctx: CommandContext, { firstYear }: Person, year: number): void {
  if (year >= firstYear && year <= yearOf(ctx.clock.now())) return;
  throw invalidFields([{ path: "body.year", message: `只能申请${firstYear}年至今的年度` }]);
}

function requirePeriods(year: number, { periods }: AdjustmentContent): void {
  const problems = periods.flatMap(({ from, to }, index): FieldProblem[] => {
    const path = `body.periods.${index}`;
    if (to < from) return [{ path: `${path}.to`, message: "结束日期早于开始日期" }];
    if (to < `${year}-01-01` || from > `${year}-12-31`)
      return [{ path, message: `起止日期不在${year}年度内` }];
    return [];
  });
  if (problems.length > 0) throw invalidFields(problems);
}
