import type { TitleLevel } from "./annual-requirement.ts";
import { evaluate } from "./expression.ts";
import { decideOne, type Question, traceOf } from "./decide.ts";
import { computeCredits, type SubjectHours } from "./evaluate-hours.ts";
import type { Facts } from "./facts.ts";
import type { RulePacks } from "./load-packs.ts";
import type { Pack } from "./pack-schema.ts";
import { RuleError } from "./rule-error.ts";
import type { Scalar, TraceStep } from "./trace.ts";

export interface DecisionRequest {
  readonly pack: Exclude<Pack["kind"], "local-rules">;
  readonly name: string;
  readonly year: number;
  readonly facts: Facts;
}

export interface DecisionAnswer {
  readonly outcome?: string;
  readonly values?: Readonly<Record<string, Scalar>>;
  readonly trace: readonly TraceStep[];
}

/** Any decision of any pack that gives an outcome or named values. */
export function decideValues(packs: RulePacks, request: DecisionRequest): DecisionAnswer {
  const question: Question = { ...request, pack: packs.of[request.pack] };
  const fired = decideOne(question);
  const trace = traceOf(question, fired);
  if (fired.event.type === "outcome") return { outcome: fired.event.params.outcome, trace };
  if (fired.event.type !== "values") return { trace };
  const values = Object.entries(fired.event.params.values).map(([name, value]) => [
    name,
    evaluate(value, fired.scope),
  ]);
  return { values: Object.fromEntries(values), trace };
}

/** A title: its level code (dictionaries §4) and the ISO date from which it is held. */
export interface HeldTitle {
  readonly code: string;
  readonly from: string;
}

const titleLevels: readonly TitleLevel[] = ["junior", "intermediate", "senior", "none"];

/** 无职称 */
const noTitle = "9";

/** The title level that counts for a year: the one held on its 1 January (REQ-02, AMB-23). */
export function titleLevelOn(
  packs: RulePacks,
  request: { year: number; titles: readonly HeldTitle[] },
): TitleLevel {
  const held = request.titles
    .filter((title) => title.from <= `${request.year}-01-01`)
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  return titleGroup(packs, { year: request.year, code: held.at(-1)?.code ?? noTitle });
}

/**
 * The level in the words of the requirements of a title's level code (dictionaries §4), as the title pack says.
 * @throws RuleError naming `code` for a code that the pack does not know.
 */
export function titleGroup(packs: RulePacks, { year, code }: { year: number; code: string }): TitleLevel {
  const { outcome } = decideValues(packs, { pack: "title", name: "level", year, facts: { code } });
  const level = titleLevels.find((one) => one === outcome);
  if (level !== undefined) return level;
  throw new RuleError({
    code: "pack.invalid",
    message: "职称规则没有给出层级",
    messageEn: "The title pack gives no level",
    facts: [],
  });
}

/** Study hours of accounting credits that the finance department has confirmed (ACC-04). */
export function importCredits(
  packs: RulePacks,
  request: { year: number; credits: number; confirmedYear: number },
): SubjectHours & { trace: readonly TraceStep[] } {
  const { year, credits, confirmedYear } = request;
  return computeCredits({
    pack: packs.of["credit-import"],
    name: "accounting",
    year,
    facts: { credits, confirmedYear },
  });
}
