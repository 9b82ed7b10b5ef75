import { decideAll, decideOne, decisionOf, type Fired, type Question, traceOf } from "./decide.ts";
import { evaluateNumber } from "./expression.ts";
import type { RulePacks } from "./load-packs.ts";
import { RuleError } from "./rule-error.ts";
import { type Citation, citationsOf, type PackRef, type TraceStep } from "./trace.ts";

export type TitleLevel = "junior" | "intermediate" | "senior" | "none";

export interface RequirementRequest {
  readonly year: number;
  /** The level held on 1 January of the year (REQ-02). */
  readonly titleLevel: TitleLevel;
  /** Six-digit region code of the person's unit on 31 December (REQ-03, TRF-13). */
  readonly region: string;
  /** Sector with its own policy document (REQ-06, REQ-10), or null. */
  readonly sector?: string | null;
}

/** Minimum study hours of a year: the total and both subjects must be reached (REQ-04). */
export interface RequirementHours {
  readonly total: number;
  readonly public: number;
  readonly professional: number;
}

export interface RequirementAnswer extends RequirementHours {
  readonly citations: readonly Citation[];
  readonly trace: readonly TraceStep[];
  readonly pack: PackRef;
}

/**
 * What a person must reach in a year (REQ-01 – 10). An override of the person's sector or region, if one is in force,
 * takes the place of the general rule.
 * @throws RuleError naming a missing or wrong fact, or `year.unsupported` before 2013.
 */
export function annualRequirement(packs: RulePacks, request: RequirementRequest): RequirementAnswer {
  const { year, titleLevel, region, sector } = request;
  const pack = packs.of["annual-requirement"];
  const facts = { titleLevel, region, ...(sector === undefined || sector === null ? {} : { sector }) };
  const base: Question = { pack, name: "base", year, facts };
  const override: Question = { pack, name: "override", year, facts };
  decisionOf(base);
  const overriding = decideAll(override);
  if (overriding.length > 1) throw ambiguous();
  const [found] = overriding;
  const [question, fired] = found === undefined ? [base, decideOne(base)] : [override, found];
  const hours = hoursOf(fired);
  const trace: TraceStep[] = [
    { kind: "request", call: "requirement", input: { year, titleLevel, region, sector: sector ?? null } },
    ...traceOf(question, fired),
    {
      kind: "result",
      text: `${year} 年应完成 ${hours.total} 学时（公需 ${hours.public}、专业 ${hours.professional}）`,
      citations: [fired.citation],
    },
  ];
  return { ...hours, citations: citationsOf(trace), trace, pack: pack.ref };
}

function hoursOf(fired: Fired): RequirementHours {
  if (fired.event.type !== "requirement") throw ambiguous();
  const { params } = fired.event;
  const hours = {
    total: evaluateNumber(params.total, fired.scope),
    public: evaluateNumber(params.public, fired.scope),
    professional: evaluateNumber(params.professional, fired.scope),
  };
  if (Object.values(hours).every((value) => value >= 0)) return hours;
  throw new RuleError({
    code: "pack.invalid",
    message: `规则“${fired.rule.rule.name}”的学时要求小于 0`,
    messageEn: "The rule that applies requires less than no hours",
    facts: ["year"],
  });
}

function ambiguous(): RuleError {
  return new RuleError({
    code: "rule.ambiguous",
    message: "多条学时要求同时成立，规则包有误",
    messageEn: "More than one requirement applies",
    facts: ["sector", "region"],
  });
}
