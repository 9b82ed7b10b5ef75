import { type CompiledRule, compileDecision, isInForce, type Values } from "./compile-decision.ts";
import { isNoted, noteDecision } from "./engine-witness.ts";
import { evaluate, type Scope } from "./expression.ts";
import { DecisionScope } from "./decision-scope.ts";
import { checkFacts, type Facts, type Fields } from "./facts.ts";
import { citationOf, type LoadedPack } from "./load-packs.ts";
import type { Decision } from "./pack-schema.ts";
import type { Expression, RuleEvent } from "./rule-schema.ts";
import { RuleError } from "./rule-error.ts";
import type { Citation, Scalar, TraceStep } from "./trace.ts";

/** What to decide, by which decision of which pack. */
export interface Question {
  readonly pack: LoadedPack;
  readonly name: string;
  readonly year: number;
  readonly facts: Facts;
  /** Known fields that the calculation does not use. */
  readonly details?: Fields;
  readonly requirement?: { readonly public: number; readonly professional: number };
}

/** A rule that held, with a scope to compute its values in. */
export interface Fired {
  readonly rule: CompiledRule;
  readonly event: RuleEvent;
  readonly citation: Citation;
  readonly scope: DecisionScope;
  /** Facts and derived values. */
  readonly values: Values;
  readonly decision: Decision;
}

/** Checks the facts and finds the one rule that holds. A rule of type `refuse` is thrown as its RuleError. */
export function decideOne(question: Question): Fired {
  const fired = decideAll(question);
  const [first, second] = fired;
  if (first === undefined) throw undecided("rule.none", question);
  if (second !== undefined) throw undecided("rule.ambiguous", question);
  if (first.event.type === "refuse") throw new RuleError(first.event.params);
  return first;
}

/** Checks the facts and finds all rules that hold. */
export function decideAll(question: Question): Fired[] {
  const { decision, scope, values } = prepared(question);
  const fired = compileDecision(question.pack, question.name, { decision, year: question.year }).filter(
    (rule) => rule.holds(values),
  );
  const { name, year } = question;
  if (isNoted())
    noteDecision({ decision, name, year, values: { ...values }, held: fired.map(({ rule }) => rule.name) });
  return fired.map((rule) => ({
    rule,
    event: rule.rule.event,
    citation: citationOf(question.pack.pack, rule.rule.cite),
    scope,
    values,
    decision,
  }));
}

/** The checked facts with the derived values: what the rules of the decision compare. */
export function deriveValues(question: Question): Values {
  return prepared(question).values;
}

function prepared(question: Question): { decision: Decision; scope: DecisionScope; values: Values } {
  const decision = decisionOf(question);
  const values: Record<string, Scalar> = {
    year: question.year,
    ...checkFacts(question.facts, decision.facts, question.details),
  };
  const scope = new DecisionScope(question, values, decision.facts);
  derive(decision.derive ?? {}, values, scope);
  return { decision, scope, values };
}

/** The trace of a rule that held: its comparisons, then the table cells that were used. */
export function traceOf(question: Question, fired: Fired): TraceStep[] {
  return [
    {
      kind: "rule",
      pack: question.pack.ref.id,
      version: question.pack.ref.version,
      decision: question.name,
      rule: fired.rule.rule.name,
      conditions: fired.rule.explain(fired.values),
      citation: fired.citation,
    },
    ...fired.scope.steps,
  ];
}

/** Fills `{name}` with facts (options by their title), derived and computed values. */
export function fillText(template: string, fired: Fired): string {
  return template.replace(/\{([A-Za-z]\w*)\}/g, (_, name: string) => {
    const value = fired.scope.value(name);
    if (value === undefined) return "—";
    const option = fired.decision.facts[name]?.options?.find((one) => one.value === value);
    return option?.title ?? (typeof value === "boolean" ? (value ? "是" : "否") : String(value));
  });
}

/** Dates are written with four digits; what is in force for ever ends with them. */
const lastYear = 9999;

/** The decision by name. @throws RuleError when there is none, or it is not in force in the year, or that is no year. */
export function decisionOf(question: Pick<Question, "pack" | "name" | "year">): Decision {
  const decisions = question.pack.pack.decisions ?? {};
  const decision = Object.hasOwn(decisions, question.name) ? decisions[question.name] : undefined;
  if (decision === undefined) throw undecided("decision.unknown", question);
  const { year } = question;
  checkYear(year);
  if (year > lastYear || !isInForce(question.pack.pack.effective, year) || !isInForce(decision, year))
    throw undecided("year.unsupported", question);
  return decision;
}

function checkYear(year: unknown): void {
  if (typeof year === "number" && Number.isInteger(year)) return;
  const isMissing = year === undefined || year === null;
  throw new RuleError({
    code: isMissing ? "fact.missing" : "fact.type",
    message: isMissing ? "缺少“年度”（year）" : "“年度”（year）应为整数年份",
    messageEn: isMissing ? "Missing fact: year" : "Fact year must be an integer",
    facts: ["year"],
  });
}

function derive(
  expressions: Readonly<Record<string, Expression>>,
  values: Record<string, Scalar>,
  scope: Scope,
) {
  for (const [name, expression] of Object.entries(expressions)) values[name] = evaluate(expression, scope);
}

const reasons: Readonly<Record<string, readonly [zh: string, en: string, fact: string]>> = {
  "rule.none": ["没有适用的规则", "No rule applies", "year"],
  "rule.ambiguous": ["多条规则同时成立，规则包有误", "More than one rule applies", "year"],
  "decision.unknown": ["没有这项规则", "There is no such decision", "rule"],
  "year.unsupported": ["“年度”（year）不在规则有效期内", "Fact year is outside of the rules", "year"],
};

function undecided(code: string, question: Pick<Question, "pack" | "name" | "year">): RuleError {
  const [zh, en, fact] = reasons[code] ?? ["无法判断", "Cannot decide", "year"];
  const year = String(question.year).slice(0, 20);
  const decisions = question.pack.pack.decisions ?? {};
  const title = Object.hasOwn(decisions, question.name) ? decisions[question.name]?.title : undefined;
  return new RuleError({
    code,
    message: `${title ?? question.name.slice(0, 60)}（${year}）：${zh}`,
    messageEn: `${en}: ${question.name.slice(0, 60)}, ${year}`,
    facts: [fact],
  });
}
