import { decideOne, fillText, type Question, traceOf } from "./decide.ts";
import type { Facts } from "./facts.ts";
import { findForm, localForm } from "./find-form.ts";
import type { RulePacks } from "./load-packs.ts";
import type { Decision } from "./pack-schema.ts";
import { RuleError } from "./rule-error.ts";
import type { PackRef, TraceStep } from "./trace.ts";

export interface OutcomeAnswer {
  readonly outcome: string;
  readonly trace: readonly TraceStep[];
  readonly pack: PackRef;
}

/**
 * The outcome of a BPMN business rule task: one of the finite outcomes that the routing pack declares for it, for
 * example `declarationRoute` with `{ accountant, origin }` (FLW-01 – 07) or `hoursDeterminer` with `{ form }` (APR-12).
 * `facts.year` (optional) picks the rules in force; without it the newest hold.
 * @throws RuleError for an unknown rule name or wrong facts.
 */
export function decideOutcome(packs: RulePacks, ruleName: string, facts: Facts): OutcomeAnswer {
  const pack = packs.of.routing;
  const { year, ...rest } = facts;
  const asked = { year: yearOf(year), facts: rest };
  const question: Question = {
    pack,
    name: ruleName,
    year: asked.year,
    facts: withDeterminer(packs, ruleName, asked),
  };
  const fired = decideOne(question);
  if (fired.event.type !== "outcome") throw noOutcome(ruleName);
  const { outcome, explain } = fired.event.params;
  const text = fillText(explain ?? fired.rule.rule.name, fired);
  return {
    outcome,
    trace: [
      {
        kind: "request",
        call: "outcome",
        input: { rule: ruleName, facts: JSON.parse(JSON.stringify(facts)) },
      },
      ...traceOf(question, fired),
      { kind: "result", text, citations: [fired.citation] },
    ],
    pack: pack.ref,
  };
}

/**
 * Who determines a form's hours stands once, in the conversion pack: a rule that decides on `determiner` may be asked
 * with `form` (and `localRule`) instead.
 */
function withDeterminer(packs: RulePacks, ruleName: string, asked: { year: number; facts: Facts }): Facts {
  const decision = routingDecision(packs, ruleName);
  const { form, localRule, ...others } = asked.facts;
  if (typeof form !== "string" || decision === undefined || !Object.hasOwn(decision.facts, "determiner"))
    return asked.facts;
  if (form === localForm && localRule === undefined) return { ...others, determiner: "local-authority" };
  const found = findForm(packs, { form, year: asked.year, facts: asked.facts });
  return { ...others, determiner: found.decision.form?.determiner ?? "none" };
}

function routingDecision(packs: RulePacks, ruleName: string): Decision | undefined {
  const decisions = packs.of.routing.pack.decisions ?? {};
  return Object.hasOwn(decisions, ruleName) ? decisions[ruleName] : undefined;
}

/** The outcomes that a routing decision can have, for the check of process definitions. */
export function outcomesOf(packs: RulePacks, ruleName: string): readonly string[] {
  const decision = routingDecision(packs, ruleName);
  if (decision === undefined) throw noOutcome(ruleName);
  return decision.outcomes ?? [];
}

/** Later than any rule's beginning: rules without an end hold in it. */
const newest = 2200;

function yearOf(year: unknown): number {
  return typeof year === "number" ? year : newest;
}

function noOutcome(ruleName: string): RuleError {
  return new RuleError({
    code: "decision.unknown",
    message: `没有规则“${ruleName.slice(0, 60)}”`,
    messageEn: `Unknown rule: ${ruleName.slice(0, 60)}`,
    facts: ["rule"],
  });
}
